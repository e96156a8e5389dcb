package io.decisionstore.dynamodb.sink.item;

/** A value that is not what its field was declared to be, or that DynamoDB has no place for. */
final class Unfit extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String what;

  /**
   * One whose place is added on the way out.
   *
   * @param what goes on after the field: {@code must be a long, not a String}
   */
  Unfit(String what) {
    this("", what);
  }

  private Unfit(String path, String what) {
    super(what, null, false, false);
    this.path = path;
    this.what = what;
  }

  static Unfit type(String expected, Object value) {
    return new Unfit("must be %s, not %s".formatted(expected, typeName(value)));
  }

  static Unfit halfCharacter() {
    return new Unfit("has half a character (a lone surrogate), and UTF-8 has whole ones only");
  }

  static String typeName(Object value) {
    return value == null ? "null" : value.getClass().getSimpleName();
  }

  Unfit within(String name) {
    boolean joins = path.isEmpty() || path.startsWith("[");
    return new Unfit(joins ? name + path : name + "." + path, what);
  }

  Unfit at(int element) {
    boolean joins = path.isEmpty() || path.startsWith("[");
    return new Unfit("[%d]%s%s".formatted(element, joins ? "" : ".", path), what);
  }

  /** The field and what is wrong with it, without a full stop. */
  String reason() {
    return path.isEmpty() ? what : "the field %s %s".formatted(path, what);
  }
}
