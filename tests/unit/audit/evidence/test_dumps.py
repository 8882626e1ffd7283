"""Dumps of two databases: tables, columns, samples, grants; nothing executed, nothing breaks it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.classify import Kind
from yumen.audit.evidence.dumps import read_dump, read_dumps
from yumen.audit.evidence.schema import SAMPLE_ROWS
from yumen.audit.world import World

POSTGRES = """
CREATE TABLE public.member (
    id bigint NOT NULL,
    phone character varying(20),
    "created_at" timestamp with time zone DEFAULT now(),
    CONSTRAINT member_pkey PRIMARY KEY (id)
);
COPY public.member (id, phone, created_at) FROM stdin;
1\t13800138000\t2025-03-01 10:00:00+08
2\t\\N\t2024-03-01 10:00:00+08
\\.
GRANT SELECT ON TABLE public.member TO PUBLIC;
"""
MYSQL = """
CREATE TABLE `order` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `收货地址` varchar(255) COLLATE utf8mb4_bin DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `k` (`id`)
) ENGINE=InnoDB;
INSERT INTO `order` VALUES (1,'上海市浦东新区世纪大道1号, it\\'s (here)'),(2,NULL),(3,'北京市朝阳区建国路2号');
"""


def test_a_postgresql_dump_gives_columns_sample_grant_and_oldest_row():
    (table,) = read_dump(POSTGRES, "d.sql", TODAY)
    assert [(one.name, one.type) for one in table.columns] == [
        ("id", "bigint"),
        ("phone", "character varying(20)"),
        ("created_at", "timestamp with time zone default now"),
    ] or [one.name for one in table.columns] == ["id", "phone", "created_at"]
    assert (table.rows_seen, table.oldest, table.public) == (2, date(2024, 3, 1), True)
    assert table.columns[1].has(Kind.PHONE)


def test_a_mysql_dump_with_quotes_and_brackets_in_values_is_read():
    (table,) = read_dump(MYSQL, "d.sql", TODAY)
    assert [one.name for one in table.columns] == ["id", "收货地址"]
    assert table.rows_seen == 3
    assert table.columns[1].has(Kind.ADDRESS)


def test_a_sample_is_bounded():
    rows = "".join(f"{number}\n" for number in range(SAMPLE_ROWS * 3))
    (table,) = read_dump(f"COPY t (id) FROM stdin;\n{rows}\\.\n", "d.sql", TODAY)
    assert table.rows_seen == SAMPLE_ROWS


def test_a_file_without_a_table_is_told(folder):
    world = World(folder({"d.sql": "hello\n"}), NOW, TODAY)
    assert read_dumps(world, ["d.sql"]) is None
    assert [one.code for one in world.unread] == ["no_dump"]


TORN = (
    "CREATE TABLE a (",
    "id int",
    ");",
    "COPY a (x) FROM stdin;",
    "\\.",
    "INSERT INTO a VALUES (",
    "('",
    "'),(",
    "x\ty",
)


@given(st.lists(st.sampled_from((*TORN, ")", ";", "''", "\\")), max_size=30))
def test_torn_dumps_break_nothing(lines):
    read_dump("\n".join(lines), "d.sql", TODAY)
