package io.decisionstore.dynamodb.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A change of an item.
 *
 * @param before null for an insert
 * @param after null for a removal
 * @param expired whether it was removed by its time to live, which the record says
 */
record Change(ObjectNode keys, ObjectNode before, ObjectNode after, boolean expired) {

  String eventName() {
    return before == null ? "INSERT" : after == null ? "REMOVE" : "MODIFY";
  }

  /** What DynamoDB counts: keys and the images that are there. */
  int size(ViewType view) {
    int size = Values.sizeOfItem(keys);
    size += view.hasNew() && after != null ? Values.sizeOfItem(after) : 0;
    return size + (view.hasOld() && before != null ? Values.sizeOfItem(before) : 0);
  }

  /** The record on the wire; fields in the order in which AWS documents them. */
  String json(String region, ViewType view, String sequenceNumber, String eventId, String created) {
    StringBuilder out = new StringBuilder(512);
    out.append("{\"awsRegion\":\"").append(region);
    out.append("\",\"dynamodb\":{\"ApproximateCreationDateTime\":").append(created);
    out.append(",\"Keys\":").append(keys);
    if (view.hasNew() && after != null) {
      out.append(",\"NewImage\":").append(after);
    }
    if (view.hasOld() && before != null) {
      out.append(",\"OldImage\":").append(before);
    }
    out.append(",\"SequenceNumber\":\"").append(sequenceNumber);
    out.append("\",\"SizeBytes\":").append(size(view));
    out.append(",\"StreamViewType\":\"").append(view);
    out.append("\"},\"eventID\":\"").append(eventId);
    out.append("\",\"eventName\":\"").append(eventName());
    out.append("\",\"eventSource\":\"aws:dynamodb\",\"eventVersion\":\"1.1\"");
    if (expired) {
      out.append(
          ",\"userIdentity\":{\"PrincipalId\":\"dynamodb.amazonaws.com\",\"Type\":\"Service\"}");
    }
    return out.append('}').toString();
  }

  /**
   * Whole seconds, which is what a stream keeps, in the form in which AWS sends them: 1.46480527E9.
   */
  static String seconds(long millis) {
    return Double.toString(Math.floorDiv(millis, 1_000L));
  }
}
