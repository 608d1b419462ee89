"""The way of the current stays a tree: one's own feeder or network only, and never in a circle."""

from django.db import migrations

# What feeds a section is a section of the same feeder; what feeds a node is of the same network.
# A low-voltage network's key is its transformer's, so a point's node belongs to its transformer.
SAME = """
ALTER TABLE network_feeder ADD CONSTRAINT network_feeder_place UNIQUE (id, directorate_id);
ALTER TABLE network_feedersection ADD CONSTRAINT network_section_of_feeder UNIQUE (id, feeder_id);
ALTER TABLE network_feedersection ADD CONSTRAINT network_section_of_its_directorate
    FOREIGN KEY (feeder_id, directorate_id) REFERENCES network_feeder (id, directorate_id);
ALTER TABLE network_feedersection ADD CONSTRAINT network_section_fed_by_own_feeder
    FOREIGN KEY (upstream_id, feeder_id) REFERENCES network_feedersection (id, feeder_id);
ALTER TABLE network_transformer ADD CONSTRAINT network_transformer_on_own_feeder
    FOREIGN KEY (section_id, feeder_id) REFERENCES network_feedersection (id, feeder_id);
ALTER TABLE network_lowvoltagenode ADD CONSTRAINT network_node_of_network UNIQUE (id, network_id);
ALTER TABLE network_lowvoltagenode ADD CONSTRAINT network_node_fed_by_own_network
    FOREIGN KEY (upstream_id, network_id) REFERENCES network_lowvoltagenode (id, network_id);
ALTER TABLE network_servicepoint ADD CONSTRAINT network_point_on_own_transformer
    FOREIGN KEY (node_id, transformer_id) REFERENCES network_lowvoltagenode (id, network_id);
"""
SAME_BACK = """
ALTER TABLE network_servicepoint DROP CONSTRAINT network_point_on_own_transformer;
ALTER TABLE network_lowvoltagenode DROP CONSTRAINT network_node_fed_by_own_network;
ALTER TABLE network_lowvoltagenode DROP CONSTRAINT network_node_of_network;
ALTER TABLE network_transformer DROP CONSTRAINT network_transformer_on_own_feeder;
ALTER TABLE network_feedersection DROP CONSTRAINT network_section_fed_by_own_feeder;
ALTER TABLE network_feedersection DROP CONSTRAINT network_section_of_its_directorate;
ALTER TABLE network_feedersection DROP CONSTRAINT network_section_of_feeder;
ALTER TABLE network_feeder DROP CONSTRAINT network_feeder_place;
"""


def no_loop(table: str, whole: str, owner: str, name: str) -> migrations.RunSQL:
    """Refuse a row that feeds itself over others. The whole's row is locked: two at once cannot."""
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM {whole} WHERE {owner} = NEW.{{column}} FOR NO KEY UPDATE;
            IF EXISTS (
                WITH RECURSIVE above(id) AS (
                    SELECT NEW.upstream_id
                    UNION
                    SELECT t.upstream_id FROM {table} t JOIN above ON t.id = above.id
                    WHERE t.upstream_id IS NOT NULL
                ) SELECT 1 FROM above WHERE id = NEW.id
            ) THEN
                RAISE EXCEPTION '{table} % feeds itself', NEW.code
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER {name} AFTER INSERT OR UPDATE OF upstream_id ON {table}
            FOR EACH ROW WHEN (NEW.upstream_id IS NOT NULL) EXECUTE FUNCTION {name}();
        """.format(column={"id": "feeder_id", "transformer_id": "network_id"}[owner]),
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()",
    )


class Migration(migrations.Migration):
    dependencies = [("network", "0003_sections_and_low_voltage")]

    operations = [
        migrations.RunSQL(SAME, SAME_BACK),
        no_loop("network_feedersection", "network_feeder", "id", "network_section_no_loop"),
        no_loop(
            "network_lowvoltagenode",
            "network_lowvoltagenetwork",
            "transformer_id",
            "network_node_no_loop",
        ),
    ]
