"""clickhouse-connect over HTTP. Arguments: host, port, password of the analyst."""

import datetime
import decimal
import ipaddress
import sys
import uuid

import clickhouse_connect
import pandas
from clickhouse_connect.driver.exceptions import DatabaseError

HOST, PORT, ANALYST = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def refused(code, call, *args, **kwargs):
    """The call must raise the server's exception of that code."""
    try:
        call(*args, **kwargs)
    except DatabaseError as error:
        assert str(code) in str(error), f"want code {code}, got: {error}"
        return
    raise AssertionError(f"not refused: {args}")


def types(client):
    client.command(
        "CREATE TABLE py_connect.types (id UInt64, i256 Int256, f Float64, d Decimal(18, 4), s String,"
        " lc LowCardinality(Nullable(String)), u UUID, day Date, at DateTime('UTC'), ms DateTime64(3, 'Asia/Kathmandu'),"
        " v4 IPv4, v6 IPv6, e Enum8('a' = 1, 'b' = 2), n Nullable(Int32), a Array(Array(String)),"
        " m Map(String, UInt64), t Tuple(x Int8, y String), b Bool) ENGINE = MergeTree ORDER BY id"
    )
    utc = datetime.timezone.utc
    row = [
        1, -(2**200), 1.5, decimal.Decimal("12345.6789"), "snow ☃ 'quote'\n\ttab", None,
        uuid.UUID("6d38d288-5b13-4714-b6e4-faa59ffd49d8"), datetime.date(2024, 2, 29),
        datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=utc), datetime.datetime(2024, 5, 6, 7, 8, 9, 123000, tzinfo=utc),
        ipaddress.ip_address("192.0.2.1"), ipaddress.ip_address("2001:db8::1"), "b", None,
        [["a", "b"], []], {"k": 7}, {"x": -1, "y": "z"}, True,
    ]
    columns = "id i256 f d s lc u day at ms v4 v6 e n a m t b".split()
    client.insert("py_connect.types", [row], column_names=columns)
    result = client.query("SELECT * FROM py_connect.types", query_tz="UTC")
    got = list(result.result_rows[0])
    for index in (8, 9):  # naive when in UTC, which is fine
        got[index] = got[index].replace(tzinfo=utc) if got[index].tzinfo is None else got[index].astimezone(utc)
    assert got == row, f"\n got {got}\nwant {row}"
    assert list(result.column_names) == columns


def queries(client):
    assert client.command("SELECT 1") == 1
    assert client.query("SELECT 1 WHERE 0").result_rows == []
    assert client.query("SELECT {a:Array(String)}, {s:String}", parameters={"a": ["x", "it's"], "s": "a\\b\n'"}).result_rows == [
        (["x", "it's"], "a\\b\n'")
    ]
    big = client.query("SELECT number, toString(number) FROM numbers(500000)")
    assert len(big.result_rows) == 500000 and big.result_rows[499999] == (499999, "499999")
    with client.query_row_block_stream("SELECT number FROM numbers(2000000)") as blocks:
        assert sum(len(block) for block in blocks) == 2000000
    refused(60, client.query, "SELECT * FROM no_such_table")
    refused(62, client.command, "SELEC 1")
    session = client.query("SELECT getSetting('max_threads')", settings={"max_threads": 3})
    assert session.result_rows == [(3,)]


def frames(client):
    client.command("CREATE TABLE py_connect.frame (id UInt32, name String) ENGINE = MergeTree ORDER BY id")
    frame = pandas.DataFrame({"id": range(1000), "name": [f"n{i}" for i in range(1000)]})
    client.insert_df("py_connect.frame", frame)
    back = client.query_df("SELECT count() AS n, sum(id) AS s FROM py_connect.frame")
    assert back["n"][0] == 1000 and back["s"][0] == 499500
    raw = client.raw_query("SELECT id FROM py_connect.frame WHERE id < 3 ORDER BY id", fmt="CSV")
    assert raw == b"0\n1\n2\n", raw


def analyst():
    client = clickhouse_connect.get_client(host=HOST, port=PORT, username="analyst", password=ANALYST)
    assert client.query("SELECT count() FROM py_connect.frame").result_rows == [(1000,)]
    refused(164, client.command, "DROP TABLE py_connect.frame")
    refused(164, client.insert, "py_connect.frame", [[1, "x"]], column_names=["id", "name"])
    refused(497, client.query, "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int8')")
    client.close()


def main():
    refused(516, clickhouse_connect.get_client, host=HOST, port=PORT, username="default", password="wrong")
    for compress in (False, True, "zstd", "gzip", "lz4"):
        client = clickhouse_connect.get_client(host=HOST, port=PORT, compress=compress)
        client.command("DROP DATABASE IF EXISTS py_connect")
        client.command("CREATE DATABASE py_connect")
        types(client)
        queries(client)
        frames(client)
        client.close()
    analyst()
    print("passed")


main()
