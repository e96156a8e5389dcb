package io.decisionstore.dynamodb.source.decode;

import io.decisionstore.dynamodb.fields.Field;
import io.decisionstore.dynamodb.source.config.Column;
import io.decisionstore.dynamodb.source.config.Column.Metadata;
import io.decisionstore.dynamodb.source.config.Column.Origin;
import java.util.List;

/**
 * Reads the responses of GetRecords as rows, straight from their bytes.
 *
 * <p>One walk over a page notes where each record and each declared attribute begins; a row is made
 * when it is asked for, of these attributes alone. Safe for several threads.
 */
public final class PageDecoder {
  private static final NameTable RESPONSE = new NameTable(List.of("Records"));
  private static final NameTable RECORD = new NameTable(List.of("dynamodb", "eventName"));
  private static final NameTable CHANGE =
      new NameTable(
          List.of("NewImage", "OldImage", "Keys", "SequenceNumber", "ApproximateCreationDateTime"));

  private final Attributes newImage;
  private final Attributes oldImage;

  /** Parallel: the metadata of a column, or its reader with the image it reads. */
  private final Metadata[] metadata;

  private final FieldReader[] fields;
  private final boolean[] ofOldImage;

  public PageDecoder(List<Column> columns) {
    newImage = new Attributes(fields(columns, Origin.NEW_IMAGE));
    oldImage = new Attributes(fields(columns, Origin.OLD_IMAGE));
    metadata = new Metadata[columns.size()];
    fields = new FieldReader[columns.size()];
    ofOldImage = new boolean[columns.size()];
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      ofOldImage[i] = column.origin() == Origin.OLD_IMAGE;
      if (column.origin() == Origin.METADATA) {
        metadata[i] = Metadata.valueOf(column.attribute());
      } else {
        fields[i] = (ofOldImage[i] ? oldImage : newImage).reader(column.field());
      }
    }
  }

  private static List<Field> fields(List<Column> columns, Origin origin) {
    return columns.stream().filter(c -> c.origin() == origin).map(Column::field).toList();
  }

  /**
   * Reads a page.
   *
   * @param body the response as DynamoDB sent it; the page keeps it, so it must not change
   * @param length of the response in the body
   * @param from records created before this time (epoch ms) are skipped
   * @param until the first record created after this time (epoch ms) ends the page
   * @throws MalformedPageException if the response is cut off or is none of GetRecords; a record
   *     whose attributes do not fit is no such case
   */
  public DecodedPage decode(
      byte[] body, int length, String table, String shardId, long from, long until)
      throws MalformedPageException {
    DecodedPage page = new DecodedPage(this, new JsonReader(body, length), table, shardId);
    JsonReader json = page.json;
    boolean hasRecords = false;
    for (boolean more = json.enterObject(); more; more = json.nextMember()) {
      if (RESPONSE.find(json) < 0) {
        json.skip();
        continue;
      }
      hasRecords = true;
      for (boolean another = json.enterList(); another; another = json.nextElement()) {
        locate(page);
        if (!page.take(from, until)) {
          return page;
        }
      }
    }
    if (!hasRecords) {
      throw json.malformed("there are no Records");
    }
    if (json.hasMore()) {
      throw json.malformed("something follows its end");
    }
    return page;
  }

  /** Notes the places of the record the reader is at. */
  private void locate(DecodedPage page) throws MalformedPageException {
    JsonReader json = page.json;
    int[] places = page.next();
    int base = page.base();
    json.peek();
    places[base + DecodedPage.START] = json.position;
    for (boolean more = json.enterObject(); more; more = json.nextMember()) {
      switch (RECORD.find(json)) {
        case 0 -> change(page, places, base);
        case 1 -> {
          places[base + DecodedPage.EVENT_NAME] = json.position;
          json.skip();
        }
        default -> json.skip();
      }
    }
    places[base + DecodedPage.END] = json.position;
    if (places[base + DecodedPage.SEQUENCE_NUMBER] == 0) {
      throw json.malformed("a record has no SequenceNumber");
    }
  }

  private void change(DecodedPage page, int[] places, int base) throws MalformedPageException {
    JsonReader json = page.json;
    for (boolean more = json.enterObject(); more; more = json.nextMember()) {
      switch (CHANGE.find(json)) {
        case 0 ->
            image(json, newImage, places, base, DecodedPage.NEW_IMAGE, DecodedPage.ATTRIBUTES);
        case 1 ->
            image(
                json,
                oldImage,
                places,
                base,
                DecodedPage.OLD_IMAGE,
                DecodedPage.ATTRIBUTES + newImage.places());
        case 2 -> {
          places[base + DecodedPage.KEYS] = json.position;
          json.skip();
        }
        case 3 -> {
          if (!json.isAt('"')) {
            throw json.malformed("a SequenceNumber is no string");
          }
          places[base + DecodedPage.SEQUENCE_NUMBER] = json.position;
          json.takeString();
          if (json.textEscaped) {
            throw json.malformed("a SequenceNumber is no number");
          }
        }
        case 4 -> page.createdAt = CreationTime.take(json);
        default -> json.skip();
      }
    }
    if (places[base + DecodedPage.NEW_IMAGE] == 0 && places[base + DecodedPage.KEYS] > 0) {
      // A removed item still has its key: what was removed must not be a riddle.
      int after = json.position;
      json.position = places[base + DecodedPage.KEYS];
      if (json.isAt('{')) {
        newImage.locate(json, places, base + DecodedPage.ATTRIBUTES);
      }
      json.position = after;
    }
  }

  private static void image(
      JsonReader json, Attributes attributes, int[] places, int base, int image, int first)
      throws MalformedPageException {
    if (!json.isAt('{')) {
      json.skip(); // null
      return;
    }
    places[base + image] = json.position;
    attributes.locate(json, places, base + first);
  }

  int stride() {
    return DecodedPage.ATTRIBUTES + newImage.places() + oldImage.places();
  }

  int columns() {
    return metadata.length;
  }

  Metadata metadata(int column) {
    return metadata[column];
  }

  Object read(int column, JsonReader json, int[] places, int base) throws Misfit {
    boolean old = ofOldImage[column];
    int first = base + DecodedPage.ATTRIBUTES + (old ? newImage.places() : 0);
    boolean hasImage = places[base + (old ? DecodedPage.OLD_IMAGE : DecodedPage.NEW_IMAGE)] > 0;
    return fields[column].read(json, places, first, hasImage);
  }
}
