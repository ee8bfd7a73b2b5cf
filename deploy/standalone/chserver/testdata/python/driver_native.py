"""clickhouse-driver over the native protocol. Arguments: host, port, password of the analyst."""

import datetime
import decimal
import ipaddress
import sys
import uuid

from clickhouse_driver import Client
from clickhouse_driver.errors import Error

HOST, PORT, ANALYST = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def refused(code, call, *args, **kwargs):
    """The call must raise the server's exception of that code."""
    try:
        call(*args, **kwargs)
    except Error as error:
        assert error.code == code, f"want code {code}, got {error.code}: {error}"
        return
    raise AssertionError(f"not refused: {args}")


def types(client):
    client.execute(
        "CREATE TABLE py_driver.types (id UInt64, i256 Int256, f Float64, d Decimal(18, 4), s String,"
        " lc LowCardinality(Nullable(String)), u UUID, day Date, at DateTime('UTC'), ms DateTime64(3, 'UTC'),"
        " v4 IPv4, v6 IPv6, e Enum8('a' = 1, 'b' = 2), n Nullable(Int32), a Array(Array(String)),"
        " m Map(String, UInt64), t Tuple(Int8, String), b Bool) ENGINE = MergeTree ORDER BY id"
    )
    utc = datetime.timezone.utc
    row = (
        1, -(2**200), 1.5, decimal.Decimal("12345.6789"), "snow ☃ 'quote'\n\ttab", None,
        uuid.UUID("6d38d288-5b13-4714-b6e4-faa59ffd49d8"), datetime.date(2024, 2, 29),
        datetime.datetime(2024, 5, 6, 7, 8, 9, tzinfo=utc), datetime.datetime(2024, 5, 6, 7, 8, 9, 123000, tzinfo=utc),
        ipaddress.ip_address("192.0.2.1"), ipaddress.ip_address("2001:db8::1"), "b", None,
        [["a", "b"], []], {"k": 7}, (-1, "z"), True,
    )
    client.execute("INSERT INTO py_driver.types VALUES", [row])
    got = client.execute("SELECT * FROM py_driver.types")
    assert got == [row], f"\n got {got}\nwant {[row]}"


def queries(client):
    assert client.execute("SELECT 1") == [(1,)]
    assert client.execute("SELECT 1 AS x WHERE 0", with_column_types=True) == ([], [("x", "UInt8")])
    assert client.execute("SELECT %(s)s", {"s": "it's"}) == [("it's",)]
    rows = client.execute("SELECT number, toString(number) FROM numbers(300000)")
    assert len(rows) == 300000 and rows[299999] == (299999, "299999")
    assert sum(1 for _ in client.execute_iter("SELECT number FROM numbers(200000)")) == 200000
    assert client.execute("SHOW DATABASES LIKE 'py_driver'") == [("py_driver",)]
    refused(60, client.execute, "SELECT * FROM no_such_table")
    refused(62, client.execute, "SELEC 1")
    refused(395, client.execute, "SELECT throwIf(number = 200000) FROM numbers(300000)")
    refused(115, client.execute, "SELECT 1", settings={"no_such_setting": 1})
    assert client.execute("SELECT getSetting('max_threads')", settings={"max_threads": 3}) == [(3,)]
    client.execute("USE py_driver")
    assert client.execute("SELECT count() FROM types") == [(1,)]


def cancel(client):
    progress = client.execute_with_progress("SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)")
    iter(progress)
    client.cancel()
    assert client.execute("SELECT 2") == [(2,)]


def analyst():
    client = Client(HOST, port=PORT, user="analyst", password=ANALYST)
    assert client.execute("SELECT count() FROM py_driver.types") == [(1,)]
    refused(164, client.execute, "DROP TABLE py_driver.types")
    refused(164, client.execute, "INSERT INTO py_driver.types (id) VALUES", [(5,)])
    refused(497, client.execute, "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int8')")
    client.disconnect()


def main():
    refused(516, Client(HOST, port=PORT, user="default", password="wrong").execute, "SELECT 1")
    for compression in (False, "lz4"):
        client = Client(HOST, port=PORT, compression=compression, settings_is_important=True)
        client.execute("DROP DATABASE IF EXISTS py_driver")
        client.execute("CREATE DATABASE py_driver")
        types(client)
        queries(client)
        cancel(client)
        client.disconnect()
    analyst()
    print("passed")


main()
