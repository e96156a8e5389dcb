package io.decisionstore.operators.avro;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Resolver;
import org.apache.avro.Schema;

/**
 * The steps through values of one schema, written as another: Avro's own resolution of the two,
 * with what nobody wants passed over.
 *
 * <p>What the expected schema has is passed over as if it were read: the same lengths, symbols and
 * branches are refused. What it has not is skipped as Avro's decoder skips it.
 */
final class Steps {
  /** A step that is known only later, in a schema that holds itself. */
  private static final class Later implements Step {
    private Step step;

    @Override
    public void go(AvroBytes in, Object[] slots) {
      step.go(in, slots);
    }
  }

  private static final Step NOTHING = (in, slots) -> {};

  private final Map<Object, Later> seen = new IdentityHashMap<>();

  private Steps() {}

  /**
   * The steps through a record.
   *
   * @param written its schema when it was written
   * @param expected what the wanted paths are of
   * @throws RuntimeException by Avro: the schemas cannot be resolved
   */
  static Step of(Schema written, Schema expected, WantedPaths wanted) {
    return new Steps().through(Resolver.resolve(written, expected), wanted);
  }

  /** What is wanted is null when nothing is. */
  private Step through(Resolver.Action action, WantedPaths wanted) {
    return switch (action.type) {
      case DO_NOTHING, PROMOTE ->
          wanted == null
              ? PassedValues.of(action.writer)
              : ReadValues.of(action.writer.getType(), action.reader.getType(), wanted.slot());
      case ENUM -> symbol((Resolver.EnumAdjust) action, wanted);
      case CONTAINER -> collection((Resolver.Container) action);
      case RECORD -> record((Resolver.RecordAdjust) action, wanted);
      case WRITER_UNION -> union((Resolver.WriterUnion) action, wanted);
      case READER_UNION -> through(((Resolver.ReaderUnion) action).actualAction, wanted);
      case SKIP -> skipped(action.writer);
      case ERROR -> refused(action.toString());
    };
  }

  private static Step refused(String why) {
    return (in, slots) -> {
      throw new AvroTypeException(why);
    };
  }

  private static Step symbol(Resolver.EnumAdjust action, WantedPaths wanted) {
    List<String> expected = action.reader.getEnumSymbols();
    String[] symbols = new String[action.adjustments.length];
    for (int index = 0; index < symbols.length; index++) {
      int adjusted = action.adjustments[index];
      symbols[index] = adjusted < 0 ? null : expected.get(adjusted);
    }
    // Where the writer's symbols are the first of the reader's, Avro takes all of the reader's.
    String[] taken = action.noAdjustmentsNeeded ? expected.toArray(String[]::new) : symbols;
    int slot = wanted == null ? -1 : wanted.slot();
    return (in, slots) -> {
      String symbol = taken[in.readInt()];
      if (symbol == null) {
        throw new AvroTypeException("a symbol is unknown");
      }
      if (slot >= 0) {
        slots[slot] = symbol;
      }
    };
  }

  private Step record(Resolver.RecordAdjust action, WantedPaths wanted) {
    if (wanted == null) {
      Later known = seen.get(action);
      if (known != null) {
        return known;
      }
    }
    Later later = new Later();
    if (wanted == null) {
      seen.put(action, later);
    }
    Step[] steps = new Step[action.fieldActions.length];
    for (int index = 0, read = 0; index < steps.length; index++) {
      Resolver.Action field = action.fieldActions[index];
      boolean skipped = field.type == Resolver.Action.Type.SKIP;
      String name = skipped ? null : action.readerOrder[read++].name();
      steps[index] = through(field, wanted == null || skipped ? null : wanted.of(name));
    }
    Step all = all(steps);
    later.step = wanted == null ? all : withDefaults(all, action, wanted);
    return later.step;
  }

  private static Step all(Step[] steps) {
    return (in, slots) -> {
      for (Step step : steps) {
        step.go(in, slots);
      }
    };
  }

  /** Fields that were not written have the default of the expected schema. */
  private static Step withDefaults(Step all, Resolver.RecordAdjust action, WantedPaths wanted) {
    Step defaults = NOTHING;
    for (int index = action.firstDefault; index < action.readerOrder.length; index++) {
      WantedPaths field = wanted.of(action.readerOrder[index].name());
      Object value = action.defaults[index - action.firstDefault];
      if (field != null) {
        Step before = defaults;
        defaults =
            (in, slots) -> {
              before.go(in, slots);
              field.take(value, slots);
            };
      }
    }
    Step last = defaults;
    return last == NOTHING
        ? all
        : (in, slots) -> {
          all.go(in, slots);
          last.go(in, slots);
        };
  }

  private Step union(Resolver.WriterUnion action, WantedPaths wanted) {
    Step[] branches = new Step[action.actions.length];
    for (int index = 0; index < branches.length; index++) {
      branches[index] = through(action.actions[index], wanted);
    }
    return chosen(branches);
  }

  private static Step chosen(Step[] branches) {
    return (in, slots) -> branches[in.readInt()].go(in, slots);
  }

  private Step collection(Resolver.Container action) {
    Step element = through(action.elementAction, null);
    return PassedValues.collection(
        action.writer.getType() == Schema.Type.MAP
            ? all(new Step[] {PassedValues.TEXT, element})
            : element);
  }

  private Step skipped(Schema written) {
    return switch (written.getType()) {
      case RECORD -> skippedRecord(written);
      case ARRAY -> SkippedValues.collection(skipped(written.getElementType()));
      case MAP ->
          SkippedValues.collection(
              all(new Step[] {SkippedValues.TEXT, skipped(written.getValueType())}));
      case UNION -> chosen(written.getTypes().stream().map(this::skipped).toArray(Step[]::new));
      default -> SkippedValues.of(written);
    };
  }

  private Step skippedRecord(Schema written) {
    Later known = seen.get(written);
    if (known != null) {
      return known;
    }
    Later later = new Later();
    seen.put(written, later);
    later.step =
        all(
            written.getFields().stream()
                .map(field -> skipped(field.schema()))
                .toArray(Step[]::new));
    return later.step;
  }
}
