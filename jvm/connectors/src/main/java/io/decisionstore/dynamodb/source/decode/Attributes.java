package io.decisionstore.dynamodb.source.decode;

import io.decisionstore.dynamodb.source.config.Field;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The attributes that some fields are taken from, aliases too, each with a place of its own. */
final class Attributes {
  private final List<String> names;
  private final NameTable table;

  Attributes(List<Field> fields) {
    Set<String> distinct = new LinkedHashSet<>();
    for (Field field : fields) {
      distinct.add(field.attribute());
      distinct.addAll(field.aliases());
    }
    names = new ArrayList<>(distinct);
    table = new NameTable(names);
  }

  int size() {
    return names.size();
  }

  FieldReader reader(Field field) {
    List<String> candidates = new ArrayList<>();
    candidates.add(field.attribute());
    candidates.addAll(field.aliases());
    return new FieldReader(field, candidates.stream().mapToInt(names::indexOf).toArray());
  }

  /**
   * Walks over the object the reader is at and notes where the values of these attributes begin.
   *
   * @param places takes the positions, from {@code offset}; 0 where an attribute is missing
   */
  void locate(JsonReader json, int[] places, int offset) throws MalformedPageException {
    for (boolean more = json.enterObject(); more; more = json.nextMember()) {
      int index = table.find(json);
      if (index >= 0) {
        places[offset + index] = json.position;
      }
      json.skip();
    }
  }
}
