package io.decisionstore.dynamodb.sink.config;

import java.io.Serializable;

/**
 * How rows are read.
 *
 * @param writesNulls whether a null field is DynamoDB's NULL; else the item has no such attribute
 *     (UPDATE: it is left as it is)
 * @param deleteFlag a boolean row field: true deletes the item, as a row of kind DELETE does; or
 *     null
 * @param itemField a string row field that holds the whole item as DynamoDB JSON; the declared
 *     fields are then looked for in it, by attribute, and all others are written too; or null
 */
public record RowRules(boolean writesNulls, String deleteFlag, String itemField)
    implements Serializable {
  public static final RowRules DEFAULT = new RowRules(false, null, null);
}
