package accounts

import "testing"

// BenchmarkPassword is what a sign-in costs: of a known name, and of one that nobody has.
func BenchmarkPassword(b *testing.B) {
	p, err := newPasswords(costOfPasswords)
	if err != nil {
		b.Fatal(err)
	}
	hash, err := p.hash(b.Context(), password)
	if err != nil {
		b.Fatal(err)
	}
	for name, against := range map[string]string{"known": hash, "unknown": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := p.matches(b.Context(), password, against); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
