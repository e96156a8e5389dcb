package io.decisionstore.bench.serialization;

import io.decisionstore.bench.Arguments;
import java.util.Random;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * The pipeline whose types are measured: decisions from a fixed set, a field derived, keyed by
 * customer and counted in a state, a field rounded, keyed by merchant, counted and forgotten.
 *
 * <p>Two edges to other tasks, a state access of each kind a record, and two steps chained to the
 * one before.
 */
public final class Pipeline {
  private static final int POOL = 4_096;

  private Pipeline() {}

  public static void main(String[] arguments) throws Exception {
    Arguments told = new Arguments(arguments);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            Configuration.fromMap(told.flinkOptions()));
    env.setParallelism(told.number("parallelism"));
    define(env, shape(told.text("shape")), told);
    env.execute(told.text("shape"));
  }

  private static Shape<?, ?> shape(String name) {
    return switch (name) {
      case "class" -> new ClassShape();
      case "map" -> new MapShape();
      case "avro" -> new AvroShape();
      case "pojo" -> new PojoShape();
      case "rows" -> new RowShape();
      case "own" -> new OwnShape();
      default -> throw new IllegalArgumentException("There is no shape " + name + ".");
    };
  }

  private static <D, C> void define(
      StreamExecutionEnvironment env, Shape<D, C> shape, Arguments told) {
    TypeInformation<D> decision = shape.decision();
    DataStream<D> banded =
        decisions(env, shape, told.number("customers"))
            .map(one -> shape.banded(one, band(shape.amountOf(one))))
            .returns(decision)
            .uid("banded")
            .name("banded");
    DataStream<D> counted =
        banded
            .keyBy(shape::customerOf, Types.STRING)
            .process(told.flag("state") ? new Count<>(shape) : new PassOn<>(), decision)
            .uid("counted")
            .name("counted");
    counted
        .map(told.flag("state") ? shape::rounded : one -> one)
        .returns(decision)
        .uid("rounded")
        .name("rounded")
        .keyBy(shape::merchantOf, Types.STRING)
        .sinkTo(new CountingSink<>(told.plan()))
        .uid("sink")
        .name("sink");
  }

  /** Decisions as rows, for the pipeline in Python. */
  public static DataStream<Row> decisions(StreamExecutionEnvironment env, int customers) {
    return decisions(env, new RowShape(), customers);
  }

  /**
   * The end of the pipeline in Python.
   *
   * @param arguments lines of {@code key=value}: those of {@link Arguments#plan}
   */
  public static CountingSink<Object> sink(String arguments) {
    return new CountingSink<>(new Arguments(arguments.split("\n")).plan());
  }

  private static <D> DataStream<D> decisions(
      StreamExecutionEnvironment env, Shape<D, ?> shape, int customers) {
    return env.fromSequence(0, Long.MAX_VALUE - 1)
        .uid("numbers")
        .map(new Pool<>(shape, customers))
        .returns(shape.decision())
        .uid("decisions")
        .name("decisions");
  }

  static String band(double amount) {
    return amount < 50 ? "S" : amount < 200 ? "M" : amount < 1_000 ? "L" : "XL";
  }

  /** Always the same objects, so that making them is not measured. */
  private static final class Pool<D> extends RichMapFunction<Long, D> {
    private static final long serialVersionUID = 1;
    private final Shape<D, ?> shape;
    private final int customers;
    private transient Object[] pool;

    Pool(Shape<D, ?> shape, int customers) {
      this.shape = shape;
      this.customers = customers;
    }

    @Override
    public void open(OpenContext context) {
      Random random = new Random(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask());
      pool = new Object[POOL];
      for (int i = 0; i < POOL; i++) {
        pool[i] = shape.of(Sample.random(random, customers));
      }
    }

    @Override
    @SuppressWarnings("unchecked")
    public D map(Long number) {
      return (D) pool[(int) (number % POOL)];
    }
  }

  private static final class Count<D, C> extends KeyedProcessFunction<String, D, D> {
    private static final long serialVersionUID = 1;
    private final Shape<D, C> shape;
    private transient ValueState<C> customer;

    Count(Shape<D, C> shape) {
      this.shape = shape;
    }

    @Override
    public void open(OpenContext context) {
      customer =
          getRuntimeContext().getState(new ValueStateDescriptor<>("customer", shape.customer()));
    }

    @Override
    public void processElement(D decision, Context context, Collector<D> out) throws Exception {
      C counted = shape.counted(customer.value(), decision);
      customer.update(counted);
      out.collect(shape.told(decision, counted));
    }
  }

  private static final class PassOn<D> extends KeyedProcessFunction<String, D, D> {
    private static final long serialVersionUID = 1;

    @Override
    public void processElement(D decision, Context context, Collector<D> out) {
      out.collect(decision);
    }
  }
}
