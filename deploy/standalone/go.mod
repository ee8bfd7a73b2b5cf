module github.com/footfall-analytics/footfall/deploy/standalone

go 1.26

require github.com/footfall-analytics/footfall v0.0.0

replace github.com/footfall-analytics/footfall => ../..
