module github.com/footfall-analytics/footfall/deploy/bench

go 1.26.0

require github.com/footfall-analytics/footfall v0.0.0

require (
	github.com/evanw/esbuild v0.28.2 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
)

replace github.com/footfall-analytics/footfall => ../..
