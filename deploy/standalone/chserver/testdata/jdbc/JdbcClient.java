import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Properties;

/** The ClickHouse JDBC driver against the server. Arguments: host:port, password of the analyst. */
public final class JdbcClient {
  private static String address;

  public static void main(String[] args) throws Exception {
    address = args[0];
    refused("516", () -> connect("default", "wrong", "true").createStatement().executeQuery("SELECT 1"));
    for (String compress : new String[] {"true", "false"}) {
      try (Connection c = connect("default", "", compress)) {
        types(c);
        queries(c);
      }
    }
    try (Connection c = connect("analyst", args[1], "true")) {
      analyst(c);
    }
    System.out.println("passed");
  }

  private static Connection connect(String user, String password, String compress) throws SQLException {
    Properties p = new Properties();
    p.setProperty("user", user);
    p.setProperty("password", password);
    p.setProperty("compress", compress);
    return DriverManager.getConnection("jdbc:clickhouse://" + address + "/default", p);
  }

  private static void types(Connection c) throws SQLException {
    try (Statement s = c.createStatement()) {
      s.execute("DROP DATABASE IF EXISTS java");
      s.execute("CREATE DATABASE java");
      s.execute(
          "CREATE TABLE java.types (id UInt64, i256 Int256, f Float64, d Decimal(18, 4), s String,"
              + " lc LowCardinality(Nullable(String)), u UUID, day Date, n Nullable(Int32), a Array(String), b Bool)"
              + " ENGINE = MergeTree ORDER BY id");
    }
    try (PreparedStatement p =
        c.prepareStatement("INSERT INTO java.types (id, i256, f, d, s, lc, u, day, n, a, b) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ['x', 'y'], ?)")) {
      for (int i = 0; i < 100; i++) {
        p.setLong(1, i);
        p.setString(2, "-1606938044258990275541962092341162602522202993782792835301376");
        p.setDouble(3, 1.5);
        p.setBigDecimal(4, new BigDecimal("12345.6789"));
        p.setString(5, "snow ☃ 'quote'\n\ttab ? \\");
        p.setString(6, i % 2 == 0 ? null : "odd");
        p.setString(7, "6d38d288-5b13-4714-b6e4-faa59ffd49d8");
        p.setObject(8, LocalDate.parse("2024-02-29"));
        p.setObject(9, i % 2 == 0 ? null : i);
        p.setBoolean(10, i % 2 == 0);
        p.addBatch();
      }
      p.executeBatch();
    }
    try (PreparedStatement p = c.prepareStatement("SELECT * FROM java.types WHERE id >= ? ORDER BY id")) {
      p.setInt(1, 98);
      try (ResultSet r = p.executeQuery()) {
        check(r.next(), "a row");
        same(98L, r.getLong("id"));
        same(new BigInteger("-1606938044258990275541962092341162602522202993782792835301376"), r.getObject("i256"));
        same(new BigDecimal("12345.6789"), r.getBigDecimal("d"));
        same("snow ☃ 'quote'\n\ttab ? \\", r.getString("s"));
        same(null, r.getString("lc"));
        same("6d38d288-5b13-4714-b6e4-faa59ffd49d8", r.getString("u"));
        same(LocalDate.parse("2024-02-29"), r.getObject("day", LocalDate.class));
        same(null, r.getObject("n"));
        same(true, r.getBoolean("b"));
        check(r.next(), "a second row");
        same("odd", r.getString("lc"));
        same(99, r.getInt("n"));
        check(!r.next(), "no third row");
      }
    }
  }

  private static void queries(Connection c) throws Exception {
    try (Statement s = c.createStatement()) {
      try (ResultSet r = s.executeQuery("SELECT number, toString(number) AS text FROM numbers(300000)")) {
        long rows = 0;
        for (; r.next(); rows++) {
          same(rows, r.getLong(1));
        }
        same(300000L, rows);
      }
      try (ResultSet r = s.executeQuery("SELECT 1 AS one WHERE 0")) {
        ResultSetMetaData m = r.getMetaData();
        same("one", m.getColumnName(1));
        check(!r.next(), "no row");
      }
    }
    try (ResultSet r = c.getMetaData().getTables(null, "java", "types", null)) {
      check(r.next(), "the table in the metadata");
      same("types", r.getString("TABLE_NAME"));
    }
    refused("Code: 60", () -> c.createStatement().executeQuery("SELECT * FROM no_such_table"));
    refused("Code: 62", () -> c.createStatement().executeQuery("SELECT 1 +"));
  }

  private static void analyst(Connection c) throws Exception {
    try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT count() FROM java.types")) {
      check(r.next(), "a row");
      same(100L, r.getLong(1));
    }
    refused("Code: 164", () -> c.createStatement().execute("DROP TABLE java.types"));
    refused("Code: 164", () -> c.createStatement().execute("INSERT INTO java.types (id) VALUES (5)"));
    refused("Code: 497", () -> c.createStatement().executeQuery("SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a Int8')"));
  }

  private interface Call {
    void run() throws Exception;
  }

  private static void refused(String reason, Call call) throws Exception {
    try {
      call.run();
    } catch (SQLException e) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (String.valueOf(t.getMessage()).contains(reason)) {
          return;
        }
      }
      throw new AssertionError("refused for another reason than " + reason, e);
    }
    throw new AssertionError("not refused: want " + reason);
  }

  private static void same(Object want, Object got) {
    check(want == null ? got == null : want.equals(got), "want " + want + ", got " + got);
  }

  private static void check(boolean ok, String what) {
    if (!ok) {
      throw new AssertionError(what);
    }
  }
}
