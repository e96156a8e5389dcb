package io.decisionstore.operators.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PastDecisionsTest {
  private record Decision(String id, long time, int revision, int contributed) {}

  @Test
  void itIsAListInOrderOfTimeAndIdWhateverComesInWhateverOrder() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      PastDecisions past = PastDecisions.of(null);
      Map<String, Decision> expected = new HashMap<>();
      for (int revision = 1; revision <= 60; revision++) {
        String id = "d" + random.nextInt(30) + (random.nextBoolean() ? "\uD83D\uDE00" : "\uFF5E");
        Decision decision = new Decision(id, random.nextInt(20), revision, random.nextInt(1 << 20));
        ByteWriter contributed = new ByteWriter();
        contributed.fourBytes(decision.contributed);
        past = past.with(id, decision.time, revision, contributed, past.indexOf(id));
        expected.put(id, decision);
      }
      assertThat(list(past)).isEqualTo(inOrder(expected));
      assertThat(list(PastDecisions.of(past.bytes()))).isEqualTo(inOrder(expected));
      int until = past.until(10);
      assertThat(list(past).subList(0, until)).allMatch(decision -> decision.time <= 10);
      assertThat(list(past).subList(until, past.size())).allMatch(decision -> decision.time > 10);
      assertThat(list(past.withoutOldest(7)))
          .isEqualTo(inOrder(expected).subList(7, expected.size()));
    }
  }

  @Test
  void whatIsUnknownHasNoPlace() {
    assertThat(PastDecisions.NONE.indexOf("d")).isEqualTo(-1);
    PastDecisions one = PastDecisions.NONE.with("dd", 1, 1, new ByteWriter(), -1);
    assertThat(one.indexOf("d")).isEqualTo(-1);
    assertThat(one.indexOf("dd")).isZero();
  }

  @Test
  void aNewerReleasesStateIsNotGuessedAt() {
    assertThatThrownBy(() -> PastDecisions.of(new byte[] {2, 0}))
        .hasMessage(
            "The state of enrich has version 2 and this release knows 1: run the release that wrote it.");
  }

  private static List<Decision> inOrder(Map<String, Decision> decisions) {
    List<Decision> list = new ArrayList<>(decisions.values());
    list.sort(Comparator.comparing(Decision::time).thenComparing(Decision::id));
    return list;
  }

  private static List<Decision> list(PastDecisions past) {
    List<Decision> list = new ArrayList<>();
    for (int place = 0; place < past.size(); place++) {
      ByteReader in = new ByteReader(past.bytes());
      past.readContributions(place, in);
      int contributed = in.fourBytes();
      assertThat(in.hasMore()).isFalse();
      list.add(new Decision(past.id(place), past.time(place), past.revision(place), contributed));
    }
    return list;
  }
}
