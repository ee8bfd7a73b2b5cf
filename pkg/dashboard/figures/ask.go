package figures

import "context"

// The methods here answer the API's questions without HTTP. Who asks stands in the context, as
// access.With puts it there, and is held to the same rules.

// AskSummary answers get-summary; compare is none, previous or year.
func (f *Figures) AskSummary(ctx context.Context, q Question, compare string) (Summary, error) {
	answer, err := f.summary(ctx, &summaryQuestion{Question: q, Compare: compare})
	if err != nil {
		return Summary{}, err
	}
	return answer.Body, nil
}

// AskTimeline answers get-timeline by day.
func (f *Figures) AskTimeline(ctx context.Context, q Question) (Timeline, error) {
	answer, err := f.timeline(ctx, &timelineQuestion{Question: q, By: "day"})
	if err != nil {
		return Timeline{}, err
	}
	return answer.Body, nil
}

// AskReport answers get-report: the first rows of a table, sorted as the API's parameter says.
func (f *Figures) AskReport(ctx context.Context, q Question, report ReportName, sort string, limit int) (Table, error) {
	answer, err := f.report(ctx, &reportQuestion{Question: q, Report: report, Sort: sort, Limit: limit})
	if err != nil {
		return Table{}, err
	}
	return answer.Body, nil
}

// AskAnnotations answers list-annotations.
func (f *Figures) AskAnnotations(ctx context.Context, q Question) ([]Annotation, error) {
	answer, err := f.listAnnotations(ctx, &q)
	if err != nil {
		return nil, err
	}
	return answer.Body.Annotations, nil
}
