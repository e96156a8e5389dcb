package io.decisionstore.operators.variables;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** What a savepoint says of an {@link OwnSerializer}: its format. */
public abstract class OwnSnapshot<T> implements TypeSerializerSnapshot<T> {
  private int format;

  OwnSnapshot() {
    format = current().format();
  }

  /** The serializer of this release. */
  abstract OwnSerializer<T> current();

  @Override
  public final int getCurrentVersion() {
    return 1;
  }

  @Override
  public final void writeSnapshot(DataOutputView out) throws IOException {
    out.writeInt(format);
  }

  @Override
  public final void readSnapshot(int version, DataInputView in, ClassLoader classes)
      throws IOException {
    format = in.readInt();
    if (format > current().format()) {
      throw new IOException(newer(getClass(), format, current().format()));
    }
  }

  @Override
  public final TypeSerializer<T> restoreSerializer() {
    return current(); // it reads every older format
  }

  @Override
  public final TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
      TypeSerializerSnapshot<T> old) {
    return old.getClass() == getClass()
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.incompatible();
  }

  static String newer(Class<?> of, int found, int known) {
    return "The state is of a newer release: %s of format %d, and this release reads up to %d. Start the release that wrote it, or a later one."
        .formatted(of.getName(), found, known);
  }
}
