import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.LocalDate;
import java.util.Properties;

/**
 * Time per page, through JDBC: the way of most BI tools.
 *
 * <p>mvn dependency:copy-dependencies -DoutputDirectory=libs<br>
 * CLICKHOUSE_PASSWORD=$(cat ../../../data/analyst.password) java -cp 'libs/*' PageTimes.java example.com 2026-01-19 2026-02-01
 */
public final class PageTimes {
  public static void main(String[] args) throws Exception {
    Properties login = new Properties();
    login.setProperty("user", "analyst");
    login.setProperty("password", System.getenv("CLICKHOUSE_PASSWORD"));
    String url = "jdbc:clickhouse://" + or("CLICKHOUSE_HOST", "127.0.0.1") + ":" + or("CLICKHOUSE_HTTP_PORT", "8123") + "/default";
    long known = 0;
    try (Connection connection = DriverManager.getConnection(url, login);
        PreparedStatement question =
            connection.prepareStatement(
                "SELECT path, sum(spent_ms) AS spent, sum(views_evidence + views_gap) AS views_known, sum(views_unknown) AS unknown"
                    + " FROM daily_page_time WHERE site = ? AND day BETWEEN ? AND ? AND NOT is_bot"
                    + " GROUP BY path ORDER BY spent DESC, path")) {
      question.setString(1, args[0]);
      // A java.sql.Date is an instant: the driver would take the day that this machine's time zone makes of it.
      question.setObject(2, LocalDate.parse(args[1]));
      question.setObject(3, LocalDate.parse(args[2]));
      try (ResultSet pages = question.executeQuery()) {
        while (pages.next()) {
          long views = pages.getLong("views_known");
          String mean = views == 0 ? "unknown" : pages.getLong("spent") / views + " ms a view";
          System.out.println(pages.getString("path") + ": " + mean + ", unknown of " + pages.getLong("unknown") + " views");
          known += pages.getLong("spent");
        }
      }
    }
    System.out.println("known milliseconds: " + known);
  }

  private static String or(String variable, String otherwise) {
    String value = System.getenv(variable);
    return value == null ? otherwise : value;
  }
}
