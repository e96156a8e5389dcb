package io.decisionstore.dynamodb.source.decode;

/** An attribute is not what was declared; the path to it grows on the way out. */
final class Misfit extends Exception {
  private static final long serialVersionUID = 1L;

  private final StringBuilder path = new StringBuilder();
  private final String problem;

  Misfit(String expected, String got) {
    // A table of misfits throws one for each record: without a stack trace it costs little.
    super(null, null, false, false);
    this.problem = "expected %s, got %s".formatted(expected, got);
  }

  Misfit within(String name) {
    if (path.length() > 0 && path.charAt(0) != '[') {
      path.insert(0, '.');
    }
    path.insert(0, name);
    return this;
  }

  Misfit at(int index) {
    if (path.length() > 0 && path.charAt(0) != '[') {
      path.insert(0, '.');
    }
    path.insert(0, "[" + index + "]");
    return this;
  }

  @Override
  public String getMessage() {
    return path + ": " + problem;
  }
}
