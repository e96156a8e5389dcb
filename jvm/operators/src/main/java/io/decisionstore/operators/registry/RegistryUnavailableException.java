package io.decisionstore.operators.registry;

/**
 * The registry does not answer. The job fails and tries again: a record whose schema cannot be
 * looked up is neither valid nor invalid.
 */
public final class RegistryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistryUnavailableException(String url, String why, Throwable cause) {
    super(
        "The schema registry at %s does not answer (%s): check SCHEMA_REGISTRY_URL and that it runs."
            .formatted(url, why),
        cause);
  }
}
