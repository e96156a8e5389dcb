package io.decisionstore.dynamodb.source.decode;

/** An attribute is not what was declared; the path to it grows on the way out. */
final class Misfit extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;

  /** What is inside of the value that the misfit is on its way out of; null: nothing. */
  private String path;

  private boolean pathIsIndex;

  Misfit(String expected, String got) {
    // A table of misfits throws one for each record: without a stack trace it costs little.
    super(null, null, false, false);
    this.problem = "expected %s, got %s".formatted(expected, got);
  }

  Misfit within(String name) {
    return outward(name, false);
  }

  Misfit at(int index) {
    return outward("[" + index + "]", true);
  }

  private Misfit outward(String step, boolean isIndex) {
    path = path == null ? step : step + (pathIsIndex ? "" : ".") + path;
    pathIsIndex = isIndex;
    return this;
  }

  @Override
  public String getMessage() {
    return path + ": " + problem;
  }
}
