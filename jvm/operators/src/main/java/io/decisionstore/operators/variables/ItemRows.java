package io.decisionstore.operators.variables;

import io.decisionstore.operators.plan.VariablesPlan;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.types.Row;

/** The items of the variables table as rows: the key, version and time, the attributes. */
final class ItemRows {
  static final int ENTITY = 0;
  static final int USE_CASE = 1;
  static final int VERSION = 2;
  static final int AS_OF = 3;
  static final int FIRST_ATTRIBUTE = 4;

  private ItemRows() {}

  static TypeInformation<Row> of(VariablesPlan.Entity entity) {
    List<String> names = new ArrayList<>(List.of("entity", "use_case", "version", "as_of"));
    List<TypeInformation<?>> types =
        new ArrayList<>(List.of(Types.STRING, Types.STRING, Types.LONG, Types.LONG));
    for (VariablesPlan.Variable variable : entity.variables()) {
      variable
          .attributes()
          .forEach(
              (name, type) -> {
                names.add(name);
                types.add(type.row());
              });
    }
    return Types.ROW_NAMED(names.toArray(String[]::new), types.toArray(TypeInformation[]::new));
  }
}
