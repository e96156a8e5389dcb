package io.decisionstore.dynamodb.sink.rejected;

import io.decisionstore.dynamodb.sink.item.RejectedRow;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;

/** Flink lets a writer tell results only to a committer; here the dead letters' sink commits. */
public final class NothingToCommit implements Committer<RejectedRow> {

  @Override
  public void commit(Collection<CommitRequest<RejectedRow>> requests) {}

  @Override
  public void close() {}
}
