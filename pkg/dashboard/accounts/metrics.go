package accounts

import "github.com/prometheus/client_golang/prometheus"

// Outcomes of signing in, as the metric tells them.
const (
	outcomeOK       = "ok"
	outcomeWrong    = "wrong"    // name or password
	outcomeEarly    = "early"    // slowed down, not judged
	outcomeRefused  = "refused"  // by the provider, or known to it and not let in
	outcomeProvider = "provider" // it did not answer as it should
)

func newSignIns(metrics prometheus.Registerer) *prometheus.CounterVec {
	signIns := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "footfall_dashboard_sign_ins_total", Help: "Attempts to sign in, by outcome.",
	}, []string{"outcome"})
	for _, outcome := range []string{outcomeOK, outcomeWrong, outcomeEarly, outcomeRefused, outcomeProvider} {
		signIns.WithLabelValues(outcome)
	}
	metrics.MustRegister(signIns)
	return signIns
}
