// Go's net/http with encoding/json as a contestant of the bench `ingest`: reads, verifies, parses, filters, normalises and
// hands over, as one writes it with the standard library.
package main

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
)

type task struct {
	Organization, Connection, PublicKey string
	Accepted                            []struct {
		Name string
		Type int
	}
	Templates []string
}

type event struct {
	Email     string      `json:"email"`
	Timestamp json.Number `json:"timestamp"`
	Event     string      `json:"event"`
	ID        string      `json:"sg_event_id"`
	MessageID string      `json:"sg_message_id"`
	SmtpID    string      `json:"smtp-id"`
	Template  string      `json:"kelp_template"`
	Version   json.Number `json:"kelp_version"`
	Locale    string      `json:"kelp_locale"`
	Variant   string      `json:"kelp_variant"`
	Campaign  string      `json:"kelp_campaign"`
	Category  interface{} `json:"category"`
	URL       string      `json:"url"`
	UserAgent string      `json:"useragent"`
	Response  string      `json:"response"`
	Reason    string      `json:"reason"`
	Status    string      `json:"status"`
	Machine   interface{} `json:"sg_machine_open"`
}

// The canonical event, as far as SendGrid says it.
type canonical struct {
	EventID, RecipientHash, MessageID, RecipientDomain  string
	Organization, Connection, Template, ProviderEventID string
	Type                                                int
	OccurredAt, Version                                 json.Number
	Locale, Variant, Campaign, URL, UserAgent           string
	Diagnostic, Status                                  string
	Tags, Machine                                       interface{}
}

var (
	received, kept int64
	handedOver     = make(chan []byte, 4096)
	hashKey        = make([]byte, 32)
)

func main() {
	var work task
	if err := json.Unmarshal([]byte(os.Getenv("TASK")), &work); err != nil {
		log.Fatal(err)
	}
	accepted := map[string]int{}
	for _, one := range work.Accepted {
		accepted[one.Name] = one.Type
	}
	templates := map[string]bool{}
	for _, id := range work.Templates {
		templates[id] = true
	}
	key := keyOf(work.PublicKey)
	go func() {
		for range handedOver {
		}
	}()
	http.HandleFunc("/counted", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(response, `{"received":%d,"kept":%d}`, atomic.LoadInt64(&received), atomic.LoadInt64(&kept))
	})
	http.HandleFunc("/v1/webhooks/sendgrid/"+work.Connection, func(response http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(response, request.Body, 4<<20))
		if err != nil {
			http.Error(response, "large", http.StatusRequestEntityTooLarge)
			return
		}
		if key != nil && !signed(key, request.Header, body) {
			http.Error(response, "signature", http.StatusUnauthorized)
			return
		}
		var events []event
		if json.Unmarshal(body, &events) != nil {
			http.Error(response, "body", http.StatusBadRequest)
			return
		}
		var good int64
		for index := range events {
			one := &events[index]
			kind, wanted := accepted[one.Event]
			if !wanted || !templates[strings.ToLower(one.Template)] {
				continue
			}
			encoded, err := json.Marshal(normalised(&work, one, kind))
			if err != nil {
				http.Error(response, "event", http.StatusInternalServerError)
				return
			}
			handedOver <- encoded
			good++
		}
		atomic.AddInt64(&received, int64(len(events)))
		atomic.AddInt64(&kept, good)
		response.Header().Set("content-type", "application/json")
		fmt.Fprintf(response, "{\"message\":\"%d kept\"}\n", good)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, nil))
}

func keyOf(text string) *ecdsa.PublicKey {
	if text == "" {
		return nil
	}
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		log.Fatal(err)
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		log.Fatal(err)
	}
	return key.(*ecdsa.PublicKey)
}

func signed(key *ecdsa.PublicKey, header http.Header, body []byte) bool {
	signature, err := base64.StdEncoding.DecodeString(header.Get("X-Twilio-Email-Event-Webhook-Signature"))
	if err != nil {
		return false
	}
	digest := sha256.New()
	io.WriteString(digest, header.Get("X-Twilio-Email-Event-Webhook-Timestamp"))
	digest.Write(body)
	return ecdsa.VerifyASN1(key, digest.Sum(nil), signature)
}

func normalised(work *task, one *event, kind int) canonical {
	address := strings.ToLower(strings.TrimSpace(one.Email))
	mac := hmac.New(sha256.New, hashKey)
	io.WriteString(mac, work.Organization)
	io.WriteString(mac, address)
	recipient := mac.Sum(nil)[:16]
	id := sha256.Sum256([]byte(fmt.Sprintf("%s %d %s", work.Connection, kind, one.ID)))
	sender := one.MessageID
	if dot := strings.IndexByte(sender, '.'); dot >= 0 {
		sender = sender[:dot]
	}
	message := sha256.Sum256(append(append([]byte(work.Connection), recipient...), sender...))
	diagnostic := one.Response
	if diagnostic == "" {
		diagnostic = one.Reason
	}
	return canonical{
		EventID: hex.EncodeToString(id[:16]), RecipientHash: hex.EncodeToString(recipient),
		MessageID: hex.EncodeToString(message[:16]), RecipientDomain: address[strings.LastIndexByte(address, '@')+1:],
		Organization: work.Organization, Connection: work.Connection, Template: one.Template, ProviderEventID: one.ID,
		Type: kind, OccurredAt: one.Timestamp, Version: one.Version, Locale: one.Locale, Variant: one.Variant,
		Campaign: one.Campaign, URL: one.URL, UserAgent: one.UserAgent, Diagnostic: diagnostic, Status: one.Status,
		Tags: one.Category, Machine: one.Machine,
	}
}
