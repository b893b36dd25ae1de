// Go's gRPC as a contestant of the bench `rpc`: the same questions and answers as main-of-peer.ts.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"io/ioutil"
	"log"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	analytics "bench/analytics"
	echo "bench/echo"
	event "bench/event"
	stream "bench/stream"
)

const text = "organizations/01932c5e-7a10-7000-8000-000000000001"

type settings struct {
	Address string
	Events  string
	Tls     struct{ Ca, Certificate, Key string }
}

type question struct {
	Ask      string
	InFlight int
	Batch    int
	Ms       float64
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func cpuUs() int64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return (usage.Utime.Nano() + usage.Stime.Nano()) / 1000
}

// Certificates for both sides: each shows its own and asks for the other's.
func (s settings) tls() *tls.Config {
	pair, err := tls.LoadX509KeyPair(s.Tls.Certificate, s.Tls.Key)
	must(err)
	pem, err := ioutil.ReadFile(s.Tls.Ca)
	must(err)
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(pem)
	return &tls.Config{
		Certificates: []tls.Certificate{pair},
		RootCAs:      authorities,
		ClientCAs:    authorities,
		ClientAuth:   tls.RequireAndVerifyClientCert,
	}
}

type echoServer struct{ echo.UnimplementedEchoServiceServer }

func (*echoServer) Echo(_ context.Context, request *echo.EchoRequest) (*echo.EchoResponse, error) {
	return &echo.EchoResponse{Text: request.Text}, nil
}

type eventServer struct{ analytics.UnimplementedAnalyticsServiceServer }

func (*eventServer) AppendEvents(call analytics.AnalyticsService_AppendEventsServer) error {
	var received uint64
	for {
		request, err := call.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		received += uint64(len(request.GetItems().GetItems()))
		ack := &analytics.AppendEventsResponse_Ack{Ack: &stream.Ack{UpToSequence: received}}
		if err := call.Send(&analytics.AppendEventsResponse{Frame: ack}); err != nil {
			return err
		}
	}
}

func serve(s settings) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(s.tls())))
	echo.RegisterEchoServiceServer(server, &echoServer{})
	analytics.RegisterAnalyticsServiceServer(server, &eventServer{})
	go server.Serve(listener)
	return listener.Addr().String()
}

type caller struct {
	echoes   echo.EchoServiceClient
	events   []*event.Event
	sending  sync.Mutex
	stream   analytics.AnalyticsService_AppendEventsClient
	waiting  chan chan struct{}
	sequence uint64
}

func connect(s settings) *caller {
	connection, err := grpc.Dial(s.Address, grpc.WithTransportCredentials(credentials.NewTLS(s.tls())))
	must(err)
	bytes, err := ioutil.ReadFile(s.Events)
	must(err)
	var request analytics.AppendEventsRequest
	must(request.XXX_Unmarshal(bytes))
	stream, err := analytics.NewAnalyticsServiceClient(connection).AppendEvents(context.Background())
	must(err)
	c := &caller{
		echoes:   echo.NewEchoServiceClient(connection),
		events:   request.GetItems().Items,
		stream:   stream,
		waiting:  make(chan chan struct{}, 1<<16),
		sequence: 1,
	}
	go c.acknowledge()
	return c
}

func (c *caller) call() {
	_, err := c.echoes.Echo(context.Background(), &echo.EchoRequest{Text: text})
	must(err)
}

func (c *caller) acknowledge() {
	for {
		_, err := c.stream.Recv()
		must(err)
		close(<-c.waiting)
	}
}

func (c *caller) append(batch int) {
	acknowledged := make(chan struct{})
	c.sending.Lock()
	first := int(c.sequence) % (len(c.events) / batch) * batch
	items := &analytics.EventItems{FirstSequence: c.sequence, Items: c.events[first : first+batch]}
	c.sequence += uint64(batch)
	c.waiting <- acknowledged
	err := c.stream.Send(&analytics.AppendEventsRequest{Frame: &analytics.AppendEventsRequest_Items{Items: items}})
	c.sending.Unlock()
	must(err)
	<-acknowledged
}

// Keeps so much work under way for a while.
func load(q question, work func()) map[string]interface{} {
	cpu, startedAt := cpuUs(), time.Now()
	endsAt := startedAt.Add(time.Duration(q.Ms * float64(time.Millisecond)))
	var count int64
	var workers sync.WaitGroup
	for worker := 0; worker < q.InFlight; worker++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for time.Now().Before(endsAt) {
				work()
				atomic.AddInt64(&count, 1)
			}
		}()
	}
	workers.Wait()
	ms := float64(time.Since(startedAt)) / float64(time.Millisecond)
	return map[string]interface{}{"count": count, "ms": ms, "cpuUs": cpuUs() - cpu}
}

func usage() map[string]interface{} {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return map[string]interface{}{"cpuUs": cpuUs(), "heapBytes": memory.HeapAlloc, "counts": map[string]int{}}
}

func main() {
	var s settings
	must(json.Unmarshal([]byte(os.Args[1]), &s))
	answers := json.NewEncoder(os.NewFile(3, "answers"))
	var c *caller
	if s.Address == "" {
		must(answers.Encode(map[string]string{"address": serve(s)}))
	} else {
		c = connect(s)
		must(answers.Encode(map[string]string{"address": s.Address}))
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var q question
		must(json.Unmarshal(lines.Bytes(), &q))
		switch q.Ask {
		case "calls":
			must(answers.Encode(load(q, c.call)))
		case "append":
			must(answers.Encode(load(q, func() { c.append(q.Batch) })))
		case "usage":
			must(answers.Encode(usage()))
		}
	}
}
