package io.decisionstore.bench.serialization;

import io.decisionstore.bench.serialization.ClassShape.Check;
import io.decisionstore.bench.serialization.ClassShape.Customer;
import io.decisionstore.bench.serialization.ClassShape.Decision;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The classes of {@link ClassShape} with serializers written by hand, as this project's variables
 * job has them. They are immutable and say so: steps of a task hand them on without a copy.
 */
final class OwnShape extends ClassShape {
  private static final long serialVersionUID = 1;

  @Override
  public TypeInformation<Decision> decision() {
    return new OwnType<>(Decision.class, new OfDecisions());
  }

  @Override
  public TypeInformation<Customer> customer() {
    return new OwnType<>(Customer.class, new OfCustomers());
  }

  /** What all of them have in common. */
  abstract static class Own<T> extends TypeSerializerSingleton<T> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public T createInstance() {
      return null;
    }

    @Override
    public T copy(T from) {
      return from;
    }

    @Override
    public T copy(T from, T reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public T deserialize(T reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }
  }

  static final class OfDecisions extends Own<Decision> {
    private static final long serialVersionUID = 1;

    @Override
    public void serialize(Decision decision, DataOutputView target) throws IOException {
      write(decision, target);
    }

    @Override
    public Decision deserialize(DataInputView source) throws IOException {
      return readDecision(source);
    }

    @Override
    public Snapshot snapshotConfiguration() {
      return new Snapshot();
    }

    /** For savepoints. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Decision> {
      public Snapshot() {
        super(OfDecisions::new);
      }
    }
  }

  static final class OfCustomers extends Own<Customer> {
    private static final long serialVersionUID = 1;

    @Override
    public void serialize(Customer customer, DataOutputView target) throws IOException {
      writeNumber(customer.decisions, target);
      target.writeDouble(customer.spent);
      writeNumber(customer.recent.size(), target);
      for (Decision decision : customer.recent) {
        write(decision, target);
      }
    }

    @Override
    public Customer deserialize(DataInputView source) throws IOException {
      long decisions = readNumber(source);
      double spent = source.readDouble();
      int count = (int) readNumber(source);
      List<Decision> recent = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        recent.add(readDecision(source));
      }
      return new Customer(decisions, spent, recent);
    }

    @Override
    public Snapshot snapshotConfiguration() {
      return new Snapshot();
    }

    /** For savepoints. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Customer> {
      public Snapshot() {
        super(OfCustomers::new);
      }
    }
  }

  private static void write(Decision decision, DataOutput out) throws IOException {
    out.writeUTF(decision.decisionId);
    out.writeUTF(decision.customerId);
    writeNumber(decision.eventTime, out);
    out.writeUTF(decision.merchantId);
    out.writeDouble(decision.amount);
    out.writeUTF(decision.currency);
    out.writeUTF(decision.outcome);
    out.writeUTF(decision.policy);
    writeNumber(decision.checks.size(), out);
    for (Check check : decision.checks) {
      out.writeUTF(check.name);
      writeNumber(check.revision, out);
      writeNumber(check.eventTime, out);
      out.writeUTF(check.status);
      out.writeDouble(check.score);
    }
    int present =
        (decision.amountBand == null ? 0 : 1)
            | (decision.decisions == null ? 0 : 2)
            | (decision.spent == null ? 0 : 4);
    out.writeByte(present);
    if (decision.amountBand != null) {
      out.writeUTF(decision.amountBand);
    }
    if (decision.decisions != null) {
      writeNumber(decision.decisions, out);
    }
    if (decision.spent != null) {
      out.writeDouble(decision.spent);
    }
  }

  private static Decision readDecision(DataInput in) throws IOException {
    String decisionId = in.readUTF();
    String customerId = in.readUTF();
    long eventTime = readNumber(in);
    String merchantId = in.readUTF();
    double amount = in.readDouble();
    String currency = in.readUTF();
    String outcome = in.readUTF();
    String policy = in.readUTF();
    int count = (int) readNumber(in);
    List<Check> checks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      checks.add(
          new Check(
              in.readUTF(), (int) readNumber(in), readNumber(in), in.readUTF(), in.readDouble()));
    }
    int present = in.readByte();
    return new Decision(
        decisionId,
        customerId,
        eventTime,
        merchantId,
        amount,
        currency,
        outcome,
        policy,
        checks,
        (present & 1) == 0 ? null : in.readUTF(),
        (present & 2) == 0 ? null : (Long) readNumber(in),
        (present & 4) == 0 ? null : (Double) in.readDouble());
  }

  /** One to ten bytes. */
  private static void writeNumber(long number, DataOutput out) throws IOException {
    long left = number;
    while ((left & ~0x7FL) != 0) {
      out.writeByte((int) (left | 0x80));
      left >>>= 7;
    }
    out.writeByte((int) left);
  }

  private static long readNumber(DataInput in) throws IOException {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.readByte();
      number |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }
}
