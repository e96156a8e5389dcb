package io.decisionstore.operators.variables;

import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;

/** The overflow of the entity at hand in Flink's state. */
final class OverflowState extends OverflowEntries {
  private final MapState<OverflowKey, byte[]> state;
  private long reads;
  private long writes;
  private long scans;

  OverflowState(MapState<OverflowKey, byte[]> state) {
    this.state = state;
  }

  @Override
  Iterator<Map.Entry<OverflowKey, byte[]>> entries() {
    scans++;
    try {
      return state.iterator();
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  /** On the heap an iterator would leave an empty map behind, for every entity there ever was. */
  @Override
  void swept() {
    try {
      if (state.isEmpty()) {
        state.clear();
      }
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  @Override
  public byte[] get(int variable, byte[] key) {
    reads++;
    try {
      return state.get(new OverflowKey(variable, key));
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  @Override
  public void put(int variable, byte[] key, byte[] value) {
    writes++;
    try {
      state.put(new OverflowKey(variable, key), value);
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  @Override
  public void remove(int variable, byte[] key) {
    writes++;
    try {
      state.remove(new OverflowKey(variable, key));
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  long reads() {
    return reads;
  }

  long writes() {
    return writes;
  }

  long scans() {
    return scans;
  }

  private static FlinkRuntimeException failure(Exception cause) {
    return new FlinkRuntimeException("The state of an entity cannot be read or written.", cause);
  }
}
