module github.com/footfall-analytics/footfall/deploy/bench

go 1.26.0

require (
	github.com/evanw/esbuild v0.28.2
	github.com/footfall-analytics/footfall v0.0.0
	github.com/google/go-cmp v0.7.0
)

require golang.org/x/sys v0.49.0 // indirect

replace github.com/footfall-analytics/footfall => ../..
