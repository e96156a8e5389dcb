package io.decisionstore.operators.variables;

import com.fasterxml.jackson.databind.JsonNode;
import io.decisionstore.operators.plan.VariablesPlan;
import java.util.Map;

/** A {@link Job} that is a {@link LocalJob}. */
final class WithoutFlink implements Job {
  private final LocalJob job;

  WithoutFlink(String plan, boolean isBytes) {
    job = new LocalJob(isBytes);
    restart(plan);
  }

  @Override
  public void at(long time) {
    job.at(time);
  }

  @Override
  public void arrives(byte[] value) {
    job.arrives(value);
  }

  @Override
  public void restart(String plan) {
    job.use(VariablesPlan.read(plan));
  }

  @Override
  public Map<String, Map<String, JsonNode>> table() {
    return job.table();
  }

  @Override
  public int written() {
    return job.written();
  }

  @Override
  public int entities() {
    return job.entities();
  }

  @Override
  public int overflowEntries() {
    return job.overflowEntries();
  }
}
