"""Dumps of two databases: tables, columns, samples, grants; nothing executed, nothing breaks it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.audit.conftest import NOW, TODAY
from yumen.audit.evidence.dumps import read_dump, read_dumps
from yumen.audit.evidence.kinds import Kind
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


def test_an_insert_may_go_on_over_many_lines():
    text = "INSERT INTO `m` (`id`, `tel`) VALUES\n(1, '13800138000'),\n(2, 'a\nb'),\n(3, '13800138001');\nselect 1;\n"
    (table,) = read_dump(text, "d.sql", TODAY)
    assert table.rows_seen == 3
    assert table.columns[1].has(Kind.PHONE)


def test_a_torn_insert_ends_where_the_next_statement_begins():
    text = "INSERT INTO a (x) VALUES\n('13800138000'),\nINSERT INTO b (y) VALUES ('13800138001');\n"
    assert [(table.name, table.rows_seen) for table in read_dump(text, "d.sql", TODAY)] == [("a", 1), ("b", 1)]


def test_comments_of_columns_say_what_they_hold():
    mysql = "CREATE TABLE `m` (\n  `lxdh` varchar(20) DEFAULT NULL COMMENT '联系电话',\n) ENGINE=InnoDB;\n"
    postgres = "CREATE TABLE public.m (\n    lxdh text\n);\nCOMMENT ON COLUMN public.m.lxdh IS '手机号';\n"
    for text in (mysql, postgres):
        (table,) = read_dump(text, "d.sql", TODAY)
        assert table.columns[0].has(Kind.PHONE)


def test_rights_are_known_only_where_the_dump_tells_any():
    table = "CREATE TABLE public.m (\n    id bigint\n);\n"
    assert read_dump(table, "d.sql", TODAY)[0].public is None
    assert read_dump(table + "REVOKE ALL ON TABLE public.m FROM PUBLIC;\n", "d.sql", TODAY)[0].public is False


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
