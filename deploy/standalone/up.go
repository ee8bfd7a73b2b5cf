package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/footfall-analytics/footfall/deploy/standalone/chserver"
	"github.com/footfall-analytics/footfall/deploy/standalone/kafka"
	"github.com/footfall-analytics/footfall/pkg/accesslog"
	"github.com/footfall-analytics/footfall/pkg/collector"
	"github.com/footfall-analytics/footfall/pkg/consumer"
	"github.com/footfall-analytics/footfall/pkg/daemon"
	"github.com/footfall-analytics/footfall/pkg/dashboard"
	"github.com/footfall-analytics/footfall/pkg/enrich/networks"
	"github.com/footfall-analytics/footfall/pkg/enrich/rules"
	"github.com/footfall-analytics/footfall/pkg/export"
	"github.com/footfall-analytics/footfall/pkg/extract"
	"github.com/footfall-analytics/footfall/pkg/rollup"
	"github.com/footfall-analytics/footfall/pkg/sites"
	"github.com/footfall-analytics/footfall/pkg/spool"
	"github.com/footfall-analytics/footfall/pkg/stream"
	"github.com/footfall-analytics/footfall/pkg/warehouse"
	"github.com/footfall-analytics/footfall/services"
)

// Up runs everything in one process. Each address is both where a part listens and where the others
// find it.
type Up struct {
	daemon.Config
	Data               string `help:"Folder of all state." default:"./data" type:"path" placeholder:"DIR"`
	ChdbLibrary        string `help:"ClickHouse engine library (libchdb.so); found or fetched when empty." type:"path" placeholder:"FILE"`
	ClickhouseAddr     string `help:"Address of ClickHouse's native protocol." default:"127.0.0.1:9000"`
	ClickhouseHTTPAddr string `help:"Address of ClickHouse's HTTP interface." default:"127.0.0.1:8123"`
	ClickhousePassword string `help:"Password of the ClickHouse user default; needed when it does not listen on loopback."`
	AnalystPassword    string `help:"Password of the read-only ClickHouse user analyst; made at the first start when empty."`
	EnrichFetch        bool   `help:"Fetch the free files with countries and networks by npm, once per machine, when no file is named." default:"true" negatable:""`
	EnrichCities       bool   `help:"Of the free files, those with cities too: 64 MB more to fetch, 250 MB more memory, and some seconds at each start."`

	Sites     sites.Config           `embed:""`
	Enrich    networks.Config        `embed:"" prefix:"enrich-"`
	Collector collector.Config       `embed:""`
	Kafka     stream.Config          `embed:"" prefix:"kafka-"`
	Source    stream.SourceConfig    `embed:"" prefix:"kafka-"`
	Producer  stream.ProducerConfig  `embed:"" prefix:"kafka-"`
	Spool     spool.Config           `embed:"" prefix:"spool-"`
	Consumer  consumer.Config        `embed:"" prefix:"consumer-"`
	Rollup    rollup.Config          `embed:"" prefix:"rollup-"`
	Rules     rules.Config           `embed:"" prefix:"rules-"`
	Export    export.Config          `embed:"" prefix:"export-"`
	Extract   extract.Config         `embed:"" prefix:"extract-"`
	Dashboard dashboard.Config       `embed:"" prefix:"dashboard-"`
	Shipper   accesslog.FollowConfig `embed:"" prefix:"shipper-"`
	Lines     accesslog.LinesConfig  `embed:""`
}

// Validate refuses settings that cannot work.
func (u Up) Validate() error {
	for setting, addr := range map[string]string{
		"clickhouse-addr": u.ClickhouseAddr, "clickhouse-http-addr": u.ClickhouseHTTPAddr,
	} {
		if err := daemon.CheckAddr(setting, addr); err != nil {
			return err
		}
	}
	if len(u.Kafka.Addr) != 1 {
		return fmt.Errorf("kafka-addr %q must be the one address of the embedded kafka", u.Kafka.Addr)
	}
	if u.Kafka.TLS.On || u.Kafka.Login.User != "" {
		return errors.New("kafka-tls and kafka-user are for a kafka of your own: the embedded one has neither TLS nor users")
	}
	return nil
}

// Run runs until it is told to stop.
func (u *Up) Run() error {
	began := time.Now()
	if err := os.MkdirAll(u.Data, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	analyst, err := u.secrets()
	if err != nil {
		return err
	}
	if _, set := os.LookupEnv(exportVariable); !set && u.Export.Dir == "" {
		u.Export.Dir = filepath.Join(u.Data, exportFolder)
	}
	if _, set := os.LookupEnv(spoolVariable); !set && u.Spool.Dir == "" {
		u.Spool.Dir = filepath.Join(u.Data, spoolFolder)
	}
	if u.Dashboard.Accounts.State == "" {
		u.Dashboard.Accounts.State = filepath.Join(u.Data, "dashboard")
	}
	if err := u.useOwnNetworks(); err != nil {
		return err
	}
	p := daemon.New(u.Config)
	if u.AdminAddr != "" {
		p.Add("admin", p.AdminServer(u.AdminAddr))
	}
	u.addEngines(p, analyst)
	if free := u.useFreeNetworks(p.Log); free != nil {
		p.Add("free networks", free)
	}
	last := &banner{up: u, process: p, analyst: analyst, began: began, out: os.Stdout}
	if err := u.addServices(p, last); err != nil {
		return err
	}
	p.Add("banner", last)
	return p.Run(context.Background())
}

// secrets reads or makes what the first start has to make up.
func (u *Up) secrets() (analyst string, err error) {
	if len(u.Collector.Token) == 0 && u.Collector.TokenFile == "" {
		if _, u.Collector.TokenFile, err = secret(u.Data, tokenFile); err != nil {
			return "", err
		}
	}
	if u.Collector.AddressKey == "" && u.Collector.AddressKeyFile == "" {
		if _, u.Collector.AddressKeyFile, err = secret(u.Data, addressKeyFile); err != nil {
			return "", err
		}
	}
	if u.AnalystPassword != "" {
		return u.AnalystPassword, nil
	}
	analyst, _, err = secret(u.Data, analystFile)
	return analyst, err
}

// addEngines adds the embedded ClickHouse and the embedded Kafka.
func (u *Up) addEngines(p *daemon.Process, analyst string) {
	cfg := chserver.DefaultConfig()
	cfg.NativeAddr, cfg.HTTPAddr = u.ClickhouseAddr, u.ClickhouseHTTPAddr
	cfg.Users = []chserver.User{{Name: "default", Password: u.ClickhousePassword}, chserver.Analyst(analyst)}
	p.Add("clickhouse", &clickhouse{library: u.ChdbLibrary, data: u.Data, cfg: cfg, log: embedded(p.Log)})
	p.Add("kafka", kafka.New(kafka.Config{Addr: u.Kafka.Addr[0], DataDir: filepath.Join(u.Data, "kafka")}, embedded(p.Log)))
}

// embedded marks what the engines log.
func embedded(log *slog.Logger) *slog.Logger { return log.With("part", "embedded") }

// addServices adds the five services; the door comes last, so that it closes first.
func (u *Up) addServices(p *daemon.Process, last *banner) error {
	dir, err := services.Directory(p, u.Sites)
	if err != nil {
		return err
	}
	ch := warehouse.Config{
		Addr: []string{u.ClickhouseAddr}, Database: "default", User: "default", Password: u.ClickhousePassword, Timeout: 5 * time.Minute,
	}
	if err := services.AddConsumer(p, services.ConsumerConfig{Warehouse: ch, Kafka: u.Kafka, Source: u.Source, Consumer: u.Consumer}); err != nil {
		return err
	}
	days := services.RollupConfig{Warehouse: ch, Kafka: u.Kafka, Source: u.Source, Rollup: u.Rollup, Rules: u.Rules, Export: u.Export}
	if err := services.AddRollup(p, days, u.Extract, dir); err != nil {
		return err
	}
	if err := services.AddDashboard(p, services.DashboardConfig{Warehouse: ch, Dashboard: u.Dashboard, Rules: u.Rules, Tell: last.opens}, dir); err != nil {
		return err
	}
	if err := services.AddCollector(p, services.CollectorConfig{Kafka: u.Kafka, Producer: u.Producer, Spool: u.Spool, Enrich: u.Enrich, Rules: u.Rules.BotsConfig, Collector: u.Collector}, dir); err != nil {
		return err
	}
	return services.AddShipper(p, u.shipper())
}

// shipper posts to this process's own collector.
func (u *Up) shipper() services.ShipperConfig {
	client := accesslog.ClientConfig{CollectorURL: u.collectorURL(), TokenFile: u.Collector.TokenFile, LinesConfig: u.Lines}
	if len(u.Collector.Token) > 0 {
		client.Token = u.Collector.Token[0]
	}
	follow := u.Shipper
	if !filepath.IsAbs(follow.State) {
		follow.State = filepath.Join(u.Data, follow.State)
	}
	return services.ShipperConfig{Client: client, Follow: follow}
}

// collectorURL is where this machine reaches the collector.
func (u *Up) collectorURL() string { return localURL(u.Collector.CollectorAddr) }

// localURL turns a listening address into a URL; a wildcard host is reached by loopback.
func localURL(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
