package io.decisionstore.dynamodb.sink.capacity;

import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Counts;
import io.decisionstore.dynamodb.sink.capacity.SimulatedTable.Item;
import io.decisionstore.dynamodb.sink.config.Capacity;
import java.util.Locale;

public class Lab {
  static final Capacity AUTO = Capacity.auto(0.98);
  static final String only = System.getProperty("only", "");

  static void say(String what, Simulation s, Counts c) {
    System.out.printf(
        Locale.ROOT,
        "%-42s taken/s %9.1f = %5.1f%%  refused %5.2f%%  limits",
        what,
        c.takenPerSecond(),
        100 * c.takenPerSecond() / s.table.capacity(),
        100 * c.refusedShare());
    for (SimulatedWriter w : s.writers)
      System.out.printf(
          Locale.ROOT,
          " [%d w%d q%d tol%.2f d%d]",
          w.share.unitsPerSecond(),
          w.share.requestsAllowed(),
          w.waiting(),
          w.share.state().toleratedShare(),
          s.table.describes);
    System.out.println();
  }

  static void trace(String what, Simulation s, int n, double sec) {
    for (int i = 0; i < n; i++) say(what + " " + (i + 1), s, s.pass(sec));
  }

  static boolean on(String n) {
    return only.isEmpty() || only.contains(n);
  }

  public static void main(String[] args) {
    for (long seed = 1; seed <= Integer.getInteger("seeds", 1); seed++) {
      if (on("1a"))
        for (int batch : new int[] {25, 1})
          for (int units : new int[] {10, 200, 1000}) {
            Simulation s = new Simulation(seed, units, batch, 2, AUTO);
            s.process(2);
            s.load(units, units);
            say("1 first 10 s, b" + batch, s, s.pass(10));
            say("1 provisioned, batch " + batch, s, s.pass(60));
          }
      if (on("1i")) {
        Simulation s = new Simulation(seed, 1000, 25, 2, AUTO);
        s.table.index(600, 2);
        s.table.price(3);
        s.process(2);
        s.load(500, 500);
        s.pass(10);
        Counts c = s.pass(60);
        say("1 index 600 at 2, table 3/item", s, c);
        System.out.printf("   index used %.1f%%%n", c.index() * 1000 / c.time() / 6);
      }
      if (on("2a")) {
        Simulation s = new Simulation(seed, 250, 25, 2, AUTO);
        s.process(2);
        s.load(2000, 2000);
        s.pass(60);
        s.table.capacity(1000);
        trace("2 raised 4x, 1 s", s, 10, 1);
        say("2 next 30", s, s.pass(30));
        s.table.capacity(250);
        trace("2 lowered 4x", s, 10, 1);
        say("2 next 30", s, s.pass(30));
      }
      if (on("2f"))
        for (int batch : new int[] {25, 1}) {
          Simulation s = new Simulation(seed, 250, batch, 2, AUTO);
          s.table.forbidden = true;
          s.process(2);
          s.load(2000, 2000);
          trace("2f start", s, 5, 1);
          say("2f next 120", s, s.pass(120));
          s.table.capacity(1000);
          trace("2f raised 4x, 1 s", s, 14, 1);
          say("2f next 120", s, s.pass(120));
          s.table.capacity(250);
          trace("2f lowered 4x", s, 6, 1);
          say("2f next 120", s, s.pass(120));
        }
      if (on("2m")) {
        Simulation s = new Simulation(seed, 500, 25, 2, AUTO);
        s.process(2);
        s.load(2000, 2000);
        s.pass(60);
        s.table.provisioned = false;
        s.table.tellsMaximum = false;
        s.table.capacity(10000);
        trace("2m to on demand", s, 10, 1);
        s.table.provisioned = true;
        s.table.capacity(500);
        trace("2m back", s, 10, 1);
      }
      if (on("3a")) {
        Simulation s = new Simulation(seed, 1e7, 25, 2, AUTO);
        s.table.provisioned = false;
        s.table.tellsMaximum = false;
        s.process(2);
        s.load(1e6, 1e6);
        trace("3 on demand", s, 10, 1);
        say("3 next 60", s, s.pass(60));
      }
      if (on("3c")) {
        Simulation s = new Simulation(seed, 4000, 25, 2, AUTO);
        s.table.provisioned = false;
        s.table.tellsMaximum = false;
        s.process(2);
        s.load(1e5, 1e5);
        trace("3c cold 4000", s, 10, 1);
        say("3c next 60", s, s.pass(60));
        s.table.capacity(8000);
        trace("3c grown to 8000", s, 12, 1);
        say("3c next 60", s, s.pass(60));
      }
      if (on("3m")) {
        Simulation s = new Simulation(seed, 2000, 25, 2, AUTO);
        s.table.provisioned = false;
        s.process(2);
        s.load(1e5, 1e5);
        trace("3m max 2000", s, 4, 1);
        say("3m next 60", s, s.pass(60));
      }
      if (on("3w")) {
        Simulation s = new Simulation(seed, 1e7, 1, 1, AUTO);
        s.table.provisioned = false;
        s.table.tellsMaximum = false;
        s.table.warm(1e6);
        s.process(1);
        s.writers.get(0).serverThreads = 10;
        s.load(1e6);
        trace("3w server of 10 threads", s, 5, 1);
        say("next 100", s, s.pass(100));
        s.writers.get(0).latency = 12;
        trace("3w slower", s, 5, 1);
        s.writers.get(0).serverThreads = 1000;
        trace("3w wide", s, 5, 1);
      }
      if (on("4a"))
        for (double f : new double[] {.03, .1, .3}) {
          Simulation s = new Simulation(seed, 1000, 25, 2, AUTO);
          s.process(2);
          s.load(2000, 2000);
          s.pass(30);
          s.table.faulty(f);
          trace("4 faulty " + f, s, 5, 1);
          say("4 next 300", s, s.pass(300));
        }
      if (on("4b"))
        for (double f : new double[] {.03, .1})
          for (int batch : new int[] {1, 25}) {
            Simulation s = new Simulation(seed, 1e7, batch, 2, AUTO);
            s.table.provisioned = false;
            s.table.tellsMaximum = false;
            s.process(2);
            s.load(1e5, 1e5);
            say("4b sound", s, s.pass(10));
            say("4b sound", s, s.pass(10));
            s.table.faulty(f);
            trace("4b faulty " + f, s, 8, 1);
            say("4b next 300", s, s.pass(300));
          }
      if (on("4t")) {
        Simulation s = new Simulation(3, 1000, 25, 2, AUTO);
        s.process(2);
        s.load(2000, 2000);
        s.pass(10);
        s.table.faulty(0.1);
        trace("4", s, 300, 1);
      }
      if (on("6t")) {
        Simulation s = new Simulation(1, 1000, 25, 8, AUTO);
        for (int i = 0; i < 4; i++) s.process(2);
        s.load(1800, 1800, 1800, 1800, 1800, 1800, 1800, 1800);
        trace("6t", s, 200, 1);
      }
      if (on("5a")) {
        Simulation s = new Simulation(seed, 1e6, 1, 2, AUTO);
        s.table.partitions(1000, 1000);
        s.items = () -> new Item(1, s.random.nextInt(100) < 20 ? 0 : 1 + s.random.nextInt(1000));
        s.table.provisioned = false;
        s.table.tellsMaximum = false;
        s.table.warm(40000);
        s.process(2);
        s.load(1e4, 1e4);
        trace("5 hot partition", s, 10, 1);
        say("5 next 60", s, s.pass(60));
      }
      if (on("6a")) {
        Simulation s = new Simulation(seed, 1000, 25, 2, AUTO);
        s.process(2);
        s.load(1800, 200);
        s.pass(10);
        double t0 = s.writers.get(0).taken, t1 = s.writers.get(1).taken;
        say("6 skew 90/10 of 2x", s, s.pass(60));
        System.out.printf(
            "   %.0f %.0f%n",
            (s.writers.get(0).taken - t0) / 60, (s.writers.get(1).taken - t1) / 60);
        s.load(1800, 1800);
        t0 = s.writers.get(0).taken;
        t1 = s.writers.get(1).taken;
        say("6 both", s, s.pass(60));
        System.out.printf(
            "   %.0f %.0f%n",
            (s.writers.get(0).taken - t0) / 60, (s.writers.get(1).taken - t1) / 60);
      }
      if (on("6b")) {
        Simulation s = new Simulation(seed, 1000, 25, 2, AUTO);
        s.process(1);
        s.process(1);
        s.load(1800, 200);
        trace("6b two JVMs, skew", s, 10, 1);
        say("6b next 120", s, s.pass(120));
        s.load(1800, 1800);
        trace("6b the other wakes", s, 10, 1);
        say("6b next 120", s, s.pass(120));
        s.load(1800, 20);
        trace("6b idle again", s, 10, 1);
        say("6b next 120", s, s.pass(120));
      }
      if (on("6c")) {
        Simulation s = new Simulation(seed, 1000, 25, 8, AUTO);
        for (int i = 0; i < 4; i++) s.process(2);
        s.load(1800, 100, 20, 20, 20, 20, 20, 20);
        trace("6c four JVMs, skew", s, 10, 1);
        say("6c next 120", s, s.pass(120));
        s.load(1800, 1000, 1000, 1000, 1000, 1000, 1000, 1000);
        trace("6c all", s, 5, 1);
        say("6c next 120", s, s.pass(120));
      }
      if (on("7a")) {
        Simulation s = new Simulation(seed, 1000, 25, 2, Capacity.fixed(500));
        s.process(2);
        s.load(1800, 1800);
        say("7 fixed 500", s, s.pass(60));
      }
    }
  }
}
