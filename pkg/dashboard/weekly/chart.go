package weekly

import (
	"fmt"
	"math"
	"time"

	"github.com/go-analyze/charts"

	"github.com/footfall-analytics/footfall/pkg/dashboard/delivery"
	"github.com/footfall-analytics/footfall/pkg/dashboard/figures"
)

// Size of the picture in pixels; mail shows it at half of that, sharp on dense screens.
const (
	chartWidth  = 1280
	chartHeight = 560
)

// Picture draws the visits of the seven days beside those of the week before, as PNG. Days without
// figures have no bar; those that are not final have a star.
func (r Report) Picture() ([]byte, error) {
	opt := charts.NewBarChartOptionWithData([][]float64{visits(r.DaysBefore, 7), visits(r.Days, 7)})
	font := charts.FontStyle{FontSize: 22}
	opt.Theme = charts.GetTheme(charts.ThemeLight).WithSeriesColors([]charts.Color{charts.ColorFromHex("#b6c2cf"), charts.ColorFromHex("#1f6feb")})
	opt.Title = charts.TitleOption{Text: "Visits", FontStyle: font}
	opt.Legend = charts.LegendOption{SeriesNames: []string{"week before", r.Week}, FontStyle: font, Offset: charts.OffsetRight}
	opt.CategoryAxis = charts.CategoryAxisOption{Labels: r.dayNames(), LabelFontStyle: font}
	opt.ValueAxis = []charts.ValueAxisOption{valueAxis(append(visits(r.Days, 7), visits(r.DaysBefore, 7)...), font)}
	opt.Padding = charts.NewBoxEqual(24)
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: chartWidth, Height: chartHeight})
	if err := p.BarChart(opt); err != nil {
		return nil, fmt.Errorf("draw chart of %s: %w", r.Week, err)
	}
	png, err := p.Bytes()
	if err != nil {
		return nil, fmt.Errorf("encode chart of %s: %w", r.Week, err)
	}
	return png, nil
}

// visits are the days' visits; unknown ones have no value.
func visits(days []figures.Point, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = charts.GetNullValue()
		if i < len(days) && days[i].Sessions != nil {
			values[i] = float64(*days[i].Sessions)
		}
	}
	return values
}

// dayNames are Mon to Sun with the day of the month.
func (r Report) dayNames() []string {
	names := make([]string, len(r.Days))
	for i, d := range r.Days {
		names[i] = d.Day
		if t, err := time.Parse(time.DateOnly, d.Day); err == nil {
			names[i] = t.Format("Mon 2")
		}
		if d.State != "final" {
			names[i] += " *"
		}
	}
	return names
}

// steps is how many steps the axis of the visits has at most.
const steps = 5

// valueAxis goes from 0 to beyond the greatest value in steps of 1, 2 or 5 times a power of ten: visits are
// whole.
func valueAxis(values []float64, font charts.FontStyle) charts.ValueAxisOption {
	most := 1.0
	for _, v := range values {
		if v != charts.GetNullValue() {
			most = max(most, v)
		}
	}
	step := 1.0
	for i := 0; most > steps*step; i++ {
		step *= []float64{2, 2.5, 2}[i%3]
	}
	n := math.Ceil(most / step)
	return charts.ValueAxisOption{
		Min: charts.Ptr(0.0), Max: charts.Ptr(n * step), Unit: step, LabelCount: int(n) + 1, LabelFontStyle: font, ValueFormatter: delivery.Count,
		RangeValuePaddingScale: charts.Ptr(0.0),
	}
}
