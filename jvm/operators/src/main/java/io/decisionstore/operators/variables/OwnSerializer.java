package io.decisionstore.operators.variables;

import io.decisionstore.operators.aggregate.ByteReader;
import io.decisionstore.operators.aggregate.ByteWriter;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A serializer whose every value says which format it is in, with its length before it: a value of
 * an older release can be read, and one of a newer release is refused.
 */
abstract class OwnSerializer<T> extends TypeSerializer<T> {
  private static final long serialVersionUID = 1L;

  private final int format;
  private final boolean isImmutable;
  private transient ByteWriter writer;

  OwnSerializer(int format, boolean isImmutable) {
    this.format = format;
    this.isImmutable = isImmutable;
  }

  abstract void write(T value, ByteWriter out);

  /** Reads all there is; the bytes are the value's own. */
  abstract T read(ByteReader in);

  final int format() {
    return format;
  }

  @Override
  public final void serialize(T value, DataOutputView target) throws IOException {
    if (writer == null) {
      writer = new ByteWriter();
    }
    writer.clear();
    writer.oneByte(format);
    int length = writer.beginFourBytes();
    write(value, writer);
    writer.endFourBytes(length);
    target.write(writer.bytes(), 0, writer.length());
  }

  @Override
  public final T deserialize(DataInputView source) throws IOException {
    int found = source.readByte();
    if (found > format) {
      throw new IOException(OwnSnapshot.newer(getClass(), found, format));
    }
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return read(new ByteReader(bytes));
  }

  @Override
  public final T deserialize(T reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public final void copy(DataInputView source, DataOutputView target) throws IOException {
    target.writeByte(source.readByte());
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  @Override
  public T copy(T from) {
    if (!isImmutable) {
      throw new IllegalStateException(getClass().getName() + " does not say how to copy.");
    }
    return from;
  }

  @Override
  public final T copy(T from, T reuse) {
    return copy(from);
  }

  @Override
  public final boolean isImmutableType() {
    return isImmutable;
  }

  @Override
  public final TypeSerializer<T> duplicate() {
    return snapshotConfiguration().restoreSerializer();
  }

  @Override
  public final T createInstance() {
    return null; // Flink uses it to reuse objects, which these never are
  }

  @Override
  public final int getLength() {
    return -1;
  }

  @Override
  public final boolean equals(Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public final int hashCode() {
    return getClass().hashCode();
  }
}
