package event

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Validate checks an event that is complete, as it goes to Kafka and as it comes from there. The
// error is an *Invalid that names the field and the value.
func (e *Event) Validate() error {
	for _, check := range []func() error{e.checkIdentity, e.checkTexts, e.checkNumbers, e.checkTime, e.checkProps} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (e *Event) checkIdentity() error {
	switch {
	case e.ID.IsZero():
		return invalid("event_id", "", ReasonMissing, "is required")
	case e.ViewID.IsZero():
		return invalid("view_id", "", ReasonMissing, "is required")
	case e.Kind < Pageview || e.Kind > Custom:
		return invalid("type", e.Kind.String(), ReasonUnknownValue, "must be pageview, engagement or custom")
	case e.Witness < Beacon || e.Witness > API:
		return invalid("witness", e.Witness.String(), ReasonUnknownValue, "must be beacon, pixel, log or api")
	case !e.Address.IsValid() || e.Address.Is4In6() || e.Address.Zone() != "":
		return invalid("address", e.Address.String(), ReasonMalformed, "must be an IP address without a zone")
	case e.AddressMode < Full || e.AddressMode > Keyed:
		return invalid("privacy", e.AddressMode.String(), ReasonUnknownValue, "must be full, truncated or keyed")
	case e.Kind == Custom && e.Name == "":
		return invalid("name", "", ReasonMissing, "is required for a custom event")
	}
	return CheckSite(e.Site)
}

// CheckSite checks the form of a site key: 1 to 64 letters, digits, '.', '_' and '-'.
func CheckSite(key string) error {
	if key == "" {
		return invalid("site", key, ReasonMissing, "is required")
	}
	if len(key) > MaxSite {
		return invalid("site", key, ReasonTooLong, "must have at most 64 characters")
	}
	for _, c := range []byte(key) {
		if !isKeyByte(c) {
			return invalid("site", key, ReasonMalformed, "may hold letters, digits, '.', '_' and '-' only")
		}
	}
	return nil
}

func isKeyByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
}

func (e *Event) checkTexts() error {
	if e.Path == "" || e.Path[0] != '/' {
		return invalid("url", e.Path, ReasonMalformed, "must have a path that starts with a slash")
	}
	if len(e.Host)+len(e.Path)+len(e.Query) > MaxURL {
		return invalid("url", e.Host+e.Path, ReasonTooLong, "must have at most 2048 bytes")
	}
	for _, f := range []struct {
		field, value string
		limit        int
	}{
		{"url", e.Host, MaxURL}, {"url", e.Path, MaxURL}, {"url", e.Query, MaxURL},
		{"title", e.Title, MaxTitle}, {"referrer", e.Referrer, MaxReferrer},
		{"user_agent", e.UserAgent, MaxUserAgent}, {"request_id", e.RequestID, MaxRequestID},
		{"language", e.Language, MaxLanguage}, {"name", e.Name, MaxName},
		{"utm_source", e.Campaign.Source, MaxCampaign}, {"utm_medium", e.Campaign.Medium, MaxCampaign},
		{"utm_campaign", e.Campaign.Name, MaxCampaign}, {"utm_term", e.Campaign.Term, MaxCampaign},
		{"utm_content", e.Campaign.Content, MaxCampaign},
		{"method", e.Log.Method, MaxMethod}, {"content_type", e.Log.ContentType, MaxType},
		{"sec-ch-ua", e.Hints.Brands, MaxHint}, {"sec-ch-ua-platform", e.Hints.Platform, MaxHint},
		{"sec-ch-ua-mobile", e.Hints.Mobile, MaxHint},
	} {
		if err := CheckText(f.field, f.value, f.limit); err != nil {
			return err
		}
	}
	return nil
}

// CheckText checks one text field: at most limit bytes, valid UTF-8, no control characters.
func CheckText(field, value string, limit int) error {
	if len(value) > limit {
		return invalid(field, value, ReasonTooLong, "must have at most "+strconv.Itoa(limit)+" bytes, has "+strconv.Itoa(len(value)))
	}
	if !utf8.ValidString(value) {
		return invalid(field, strings.ToValidUTF8(value, "\uFFFD"), ReasonBadText, "must be valid UTF-8")
	}
	if strings.ContainsFunc(value, isControl) {
		return invalid(field, value, ReasonBadText, "must not hold control characters")
	}
	return nil
}

func isControl(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }

func (e *Event) checkNumbers() error {
	if e.Engaged < 0 || e.Engaged > MaxEngaged.Milliseconds() {
		return invalid("engaged_ms", strconv.FormatInt(e.Engaged, 10), ReasonOutOfRange, "must lie between 0 and 86400000")
	}
	if e.Age < 0 || e.Age > MaxAge.Milliseconds() {
		return invalid("age_ms", strconv.FormatInt(e.Age, 10), ReasonOutOfRange, "must lie between 0 and 86400000")
	}
	if e.Scroll > 100 {
		return invalid("scroll_pct", strconv.Itoa(int(e.Scroll)), ReasonOutOfRange, "must lie between 0 and 100")
	}
	if s := e.Log.Status; s != 0 && (s < 100 || s > 599) {
		return invalid("status", strconv.Itoa(int(s)), ReasonOutOfRange, "must lie between 100 and 599")
	}
	return nil
}

func (e *Event) checkTime() error {
	if e.Time.Before(Earliest) {
		return invalid("time", e.Time.UTC().Format(time.RFC3339Nano), ReasonOutOfRange, "must not lie before 1995")
	}
	if e.Time.Sub(e.Received) > MaxAhead {
		return invalid("time", e.Time.UTC().Format(time.RFC3339Nano), ReasonFuture, "must not lie more than 5 minutes ahead of the collector's clock")
	}
	return nil
}

func (e *Event) checkProps() error {
	if len(e.Props) > MaxProps {
		return invalid("props", strconv.Itoa(len(e.Props)), ReasonTooMany, "must have at most 30 properties")
	}
	for k, v := range e.Props {
		if k == "" {
			return invalid("props", k, ReasonMissing, "must not have an empty key")
		}
		if err := CheckText("props", k, MaxPropKey); err != nil {
			return err
		}
		if err := CheckText("props."+k, v, MaxPropValue); err != nil {
			return err
		}
	}
	return nil
}
