package io.decisionstore.dynamodb.source.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.fields.FieldType.Scalar;

/** Reads a field from the place of its attribute, of an alias, or from its default. */
final class FieldReader {
  private final Field field;
  private final ValueReader value;
  private final byte textTag;
  private final int[] candidates;
  private final byte[] standInJson;
  private final Object standIn;

  /**
   * A reader of a field.
   *
   * @param candidates the places of the attribute and of its aliases
   */
  FieldReader(Field field, int[] candidates) {
    this.field = field;
    this.value = ValueReader.of(field.type());
    this.textTag = value.textTag();
    this.candidates = candidates;
    this.standInJson = field.defaultJson() == null ? null : field.defaultJson().getBytes(UTF_8);
    this.standIn = standInJson == null ? null : checkedStandIn();
  }

  /**
   * The value, or null.
   *
   * @param hasImage whether the image is there at all: an item that is gone has no defaults
   * @throws Misfit if the attribute is not of the field's type; its path names the attribute
   */
  Object read(JsonReader json, int[] places, int offset, boolean hasImage) throws Misfit {
    for (int i = 0; i < candidates.length; i++) {
      int place = places[offset + candidates[i]];
      if (place > 0) {
        int text = places[offset + candidates[i] + 1];
        try {
          if (text != 0 && json.textTag(place) == textTag) {
            json.seekText(place, text);
            return value.ofText(json);
          }
          json.position = place;
          return value.read(json);
        } catch (Misfit misfit) {
          throw misfit.within(nameOf(i));
        } catch (MalformedPageException malformed) {
          throw value.misfit("a malformed attribute value").within(nameOf(i));
        }
      }
    }
    return hasImage ? standIn() : null;
  }

  private String nameOf(int candidate) {
    return candidate == 0 ? field.attribute() : field.aliases().get(candidate - 1);
  }

  private Object standIn() {
    // Rows may be changed by who gets them: no two share a list, a map, a row or bytes.
    boolean shared =
        standIn == null || field.type() instanceof Scalar && !(standIn instanceof byte[]);
    return shared ? standIn : checkedStandIn();
  }

  private Object checkedStandIn() {
    try {
      return value.read(new JsonReader(standInJson, standInJson.length));
    } catch (Misfit | MalformedPageException unfit) {
      throw new IllegalArgumentException(
          "The default of %s does not fit: it is %s.".formatted(field.name(), field.defaultJson()),
          unfit);
    }
  }
}
