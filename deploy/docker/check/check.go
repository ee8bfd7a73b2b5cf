// Package check tests the deployment files with the libraries of those who read them: the compose
// specification's, BuildKit's Dockerfile linter, nginx, and ClickHouse itself. It is a module of its
// own, since none of that ships.
package check
