package daemon

import (
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// Version is stamped by the linker.
var Version = "dev"

// Main parses the command line and the FOOTFALL_* environment into commands, a struct as kong
// reads it, and runs the chosen command. It returns the exit code: 0, 1 when the command failed,
// 2 when a setting or an argument is wrong.
func Main(name, description string, commands any, args []string, stdout, stderr io.Writer, options ...kong.Option) int {
	exit := -1
	options = append([]kong.Option{
		kong.Name(name), kong.Description(description),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.DefaultEnvars("FOOTFALL"), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exit = code }),
		kong.Vars{"version": Version}, kong.Embed(&struct {
			Version kong.VersionFlag `help:"Print the version." env:"-"`
		}{}),
	}, options...)
	parser, err := kong.New(commands, options...)
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 2
	}
	ctx, err := parser.Parse(args)
	if exit >= 0 { // --help or --version has answered
		return exit
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\nsee %s --help\n", name, err, name)
		return 2
	}
	if err := ctx.Run(); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return 1
	}
	return 0
}

// Exec is Main for a process of its own.
func Exec(name, description string, commands any) {
	os.Exit(Main(name, description, commands, os.Args[1:], os.Stdout, os.Stderr))
}
