package io.decisionstore.operators.variables;

import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.FlinkRuntimeException;

/** The overflow of the entity at hand in Flink's state. */
final class OverflowState extends OverflowEntries {
  private final MapState<OverflowKey, byte[]> state;

  OverflowState(MapState<OverflowKey, byte[]> state) {
    this.state = state;
  }

  @Override
  Iterator<Map.Entry<OverflowKey, byte[]>> entries() {
    try {
      return state.iterator();
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  @Override
  public byte[] get(int variable, byte[] key) {
    try {
      return state.get(new OverflowKey(variable, key));
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  @Override
  public void put(int variable, byte[] key, byte[] value) {
    try {
      state.put(new OverflowKey(variable, key), value);
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  @Override
  public void remove(int variable, byte[] key) {
    try {
      state.remove(new OverflowKey(variable, key));
    } catch (Exception failed) {
      throw failure(failed);
    }
  }

  private static FlinkRuntimeException failure(Exception cause) {
    return new FlinkRuntimeException("The state of an entity cannot be read or written.", cause);
  }
}
