package io.decisionstore.operators.expression;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import java.util.List;
import java.util.Optional;

/**
 * CEL's checked syntax tree as {@link Evaluator}s, for the part of CEL that {@code
 * decision_store/model/expressions.py} allows. Each means exactly what CEL's own runtime means; a
 * test compares the two on random expressions.
 */
final class Evaluators {
  /** The tree holds something that is not known here. */
  private static final class UnknownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownException() {
      super(null, null, false, false);
    }
  }

  private final CelAbstractSyntaxTree tree;
  private final List<String> fields;

  private Evaluators(CelAbstractSyntaxTree tree, List<String> fields) {
    this.tree = tree;
    this.fields = fields;
  }

  /**
   * The evaluator of a tree; empty when it holds something that only CEL's own runtime knows.
   *
   * @param tree parsed and checked
   * @param fields the names of the fields, in the order of what is evaluated
   */
  static Optional<Evaluator> of(CelAbstractSyntaxTree tree, List<String> fields) {
    try {
      return Optional.of(new Evaluators(tree, fields).part(tree.getExpr()));
    } catch (UnknownException unknown) {
      return Optional.empty();
    }
  }

  private Evaluator part(CelExpr part) {
    return switch (part.getKind()) {
      case CONSTANT -> constant(value(part.constant()));
      case IDENT -> field(part);
      case CALL -> call(part.call());
      default -> throw new UnknownException();
    };
  }

  private static Evaluator constant(Object value) {
    return fields -> value;
  }

  private static Object value(CelConstant constant) {
    return switch (constant.getKind()) {
      case NULL_VALUE -> null;
      case BOOLEAN_VALUE -> constant.booleanValue();
      case INT64_VALUE -> constant.int64Value();
      case DOUBLE_VALUE -> constant.doubleValue();
      case STRING_VALUE -> constant.stringValue();
      default -> throw new UnknownException();
    };
  }

  private Evaluator field(CelExpr part) {
    int position = fields.indexOf(part.ident().name());
    if (position < 0 || tree.getReferenceOrThrow(part.id()).value().isPresent()) {
      throw new UnknownException();
    }
    kind(part);
    return fields -> fields[position];
  }

  private Evaluator call(CelExpr.CelCall call) {
    ImmutableList<CelExpr> arguments =
        call.target().isEmpty()
            ? call.args()
            : ImmutableList.<CelExpr>builder().add(call.target().get()).addAll(call.args()).build();
    return switch (arguments.size()) {
      case 1 -> unary(call.function(), arguments.get(0));
      case 2 -> binary(call.function(), arguments.get(0), arguments.get(1));
      case 3 -> conditional(call.function(), arguments);
      default -> throw new UnknownException();
    };
  }

  private Evaluator unary(String function, CelExpr argument) {
    CelKind kind = kind(argument);
    if (function.equals("!_") && kind == CelKind.BOOL) {
      return Logic.not(part(argument));
    }
    if (function.equals("string") && kind == CelKind.INT) {
      return Texts.ofLong(part(argument));
    }
    if (function.equals("double") && kind == CelKind.INT) {
      return Numbers.doubleOfLong(part(argument));
    }
    throw new UnknownException();
  }

  private Evaluator conditional(String function, List<CelExpr> arguments) {
    boolean known =
        function.equals("_?_:_")
            && kind(arguments.get(0)) == CelKind.BOOL
            && kind(arguments.get(1)) == kind(arguments.get(2));
    if (!known) {
      throw new UnknownException();
    }
    return Logic.conditional(
        part(arguments.get(0)), part(arguments.get(1)), part(arguments.get(2)));
  }

  private Evaluator binary(String function, CelExpr left, CelExpr right) {
    if (function.equals("@in")) {
      return in(left, right);
    }
    CelKind kind = kind(left);
    boolean same = kind == kind(right);
    boolean nothing = kind == CelKind.NULL_TYPE || kind(right) == CelKind.NULL_TYPE;
    if (function.equals("_==_") || function.equals("_!=_")) {
      if (!same && !nothing) {
        throw new UnknownException(); // CEL compares a long with a double; nobody may write it
      }
      return Comparisons.equal(
          part(left), part(right), kind == CelKind.DOUBLE, function.equals("_==_"));
    }
    if (!same) {
      throw new UnknownException();
    }
    return switch (kind) {
      case BOOL -> booleans(function, part(left), part(right));
      case INT -> longs(function, part(left), part(right));
      case DOUBLE -> doubles(function, part(left), part(right));
      case STRING -> texts(function, part(left), part(right));
      default -> throw new UnknownException();
    };
  }

  private static Evaluator booleans(String function, Evaluator left, Evaluator right) {
    return switch (function) {
      case "_&&_" -> Logic.decidedBy(Boolean.FALSE, left, right);
      case "_||_" -> Logic.decidedBy(Boolean.TRUE, left, right);
      default -> throw new UnknownException();
    };
  }

  private static Evaluator longs(String function, Evaluator left, Evaluator right) {
    return switch (function) {
      case "_+_" -> Numbers.sumOfLongs(left, right);
      case "_-_" -> Numbers.differenceOfLongs(left, right);
      case "_*_" -> Numbers.productOfLongs(left, right);
      case "_/_" -> Numbers.quotientOfLongs(left, right);
      case "_%_" -> Numbers.remainderOfLongs(left, right);
      default -> Comparisons.ofLongs(order(function), left, right);
    };
  }

  private static Evaluator doubles(String function, Evaluator left, Evaluator right) {
    return switch (function) {
      case "_+_" -> Numbers.sumOfDoubles(left, right);
      case "_-_" -> Numbers.differenceOfDoubles(left, right);
      case "_*_" -> Numbers.productOfDoubles(left, right);
      case "_/_" -> Numbers.quotientOfDoubles(left, right);
      default -> Comparisons.ofDoubles(order(function), left, right);
    };
  }

  private static Evaluator texts(String function, Evaluator left, Evaluator right) {
    return switch (function) {
      case "_+_" -> Texts.joined(left, right);
      case "startsWith" -> Texts.startsWith(left, right);
      case "endsWith" -> Texts.endsWith(left, right);
      case "contains" -> Texts.contains(left, right);
      default -> throw new UnknownException();
    };
  }

  private static Comparisons.Order order(String function) {
    return switch (function) {
      case "_<_" -> Comparisons.Order.LESS;
      case "_<=_" -> Comparisons.Order.LESS_OR_EQUAL;
      case "_>_" -> Comparisons.Order.GREATER;
      case "_>=_" -> Comparisons.Order.GREATER_OR_EQUAL;
      default -> throw new UnknownException();
    };
  }

  private Evaluator in(CelExpr left, CelExpr right) {
    CelKind kind = kind(left);
    if (right.getKind() != CelExpr.ExprKind.Kind.LIST) {
      throw new UnknownException();
    }
    for (CelExpr item : right.list().elements()) {
      if (item.getKind() != CelExpr.ExprKind.Kind.CONSTANT || kind(item) != kind) {
        throw new UnknownException();
      }
    }
    Object[] items = right.list().elements().stream().map(item -> value(item.constant())).toArray();
    return Comparisons.in(part(left), items);
  }

  /** What a part is; one of the four types of values, or null. */
  private CelKind kind(CelExpr part) {
    CelKind kind = tree.getType(part.id()).map(CelType::kind).orElseThrow(UnknownException::new);
    return switch (kind) {
      case BOOL, INT, DOUBLE, STRING, NULL_TYPE -> kind;
      default -> throw new UnknownException();
    };
  }
}
