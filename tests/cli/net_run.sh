#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# virtio-net on a pair of veth devices, in network namespaces made for it: no NIC of this machine is touched. What is
# particular to virtio-net devices (vectors, SIGKILL) is in the VM tests.
. "${IRQSTORM_SRC:?}/tests/lib.sh"

if [ -z "${IRQSTORM_NET_NS-}" ]; then
  as_root=
  [ "$(id -u)" = 0 ] || as_root=-r
  # shellcheck disable=SC2086
  if ! command -v ip >/dev/null || ! unshare $as_root -n -m sh -c 'mount -t sysfs sysfs /sys && ip link add v0 type veth peer name v1' 2>/dev/null
  then
    skip "storms between two veth devices" "no network namespace with veth devices can be made here"
    t_done
  fi
  # shellcheck disable=SC2086
  IRQSTORM_NET_NS=1 unshare $as_root -n -m "$0"
  exit
fi
mount -t sysfs sysfs /sys
# so that what comes to a NIC is the storm's, and ARP's
for conf in all default; do
  echo 1 2>/dev/null >/proc/sys/net/ipv6/conf/$conf/disable_ipv6
done
ip link set lo up

# up NIC...: up, and the kernel has seen the carrier
up() {
  local nic
  for nic; do ip link set "$nic" up; done
  for nic; do
    until [ "$(cat /sys/class/net/"$nic"/carrier 2>/dev/null)" = 1 ] || [ ! -e /sys/class/net/"$nic" ]; do pause; done
  done
}
begin_veth() {
  ip link add v0 type veth peer name v1
  up v0 v1
}
# home: both are in this namespace, up, and without an IPv4 address
home() { [ "$(ip -4 -o addr show | grep -c ' v[01]')" = 0 ] && [ "$(ip -o link show up | grep -cE ' v[01]@')" = 2 ]; }

begin_veth
# storm N ARG...: runs until N packets have come to v0, then SIGTERM
storm() {
  local from nr=$1
  shift
  from=$(received)
  "$IRQSTORM" -w "$1" "${@:2}" -d 1h --warmup 0 -J -q >"$out" 2>"$err" </dev/null &
  pid=$!
  until_true has_received $((from + nr))
  kill -TERM $pid
  wait $pid
  status=$?
}
received() { cat /sys/class/net/v0/statistics/rx_packets; }
has_received() { [ "$(received)" -ge "$1" ]; }

t_run -w virtio-net,dev=v0,peer=pair:v1 -R 100 -d 300ms --warmup 50ms -J -q
ok "a storm on a pair is answered, or says that it was not" \
  eval 'json "$accounted" && if json .totals.rate_held; then exits 0; else exits 3; fi'
ok "workload and peer are in the result" \
  json '.plan.workloads[0] | .name == "virtio-net" and .path == "v0" and .peer == "pair:v1" and .device == null'
ok "after it both devices are where and as they were" home
storm 100 virtio-net,dev=v0,peer=pair:v1,depth=4,size=1000,timeout=4000
ok "several large packets in flight as fast as it goes" eval 'exits 130 && json ".totals.events > 4 and .totals.asked_hz == null"'

gone() { ! ip link show v1; }
"$IRQSTORM" -w virtio-net,dev=v0,peer=pair:v1 -R 100 -d 1h --warmup 0 -J -q >"$out" 2>"$err" </dev/null &
pid=$!
ok "in the run the other end is in another namespace" until_true gone
begun $pid 5
kill -TERM $pid
wait $pid
status=$?
ok "a signal ends the run with 130" exits 130
ok "and brings the other end home" home

# refuse STATUS SENTENCE SPEC ARG...
refuse_storm() {
  local want=$1 sentence=$2
  shift 2
  t_run -d 100ms --warmup 0 -w "$@"
  ok "-w $* exits $want and says: $sentence" refused "$want" "$sentence"
}
refuse_storm 4 "there is no NIC v7 here" virtio-net,dev=v7,peer=127.0.0.1
refuse_storm 4 "there is no NIC v7 here" virtio-net,dev=v0,peer=pair:v7
refuse_storm 2 "peer=pair:v0 is the NIC under storm itself" virtio-net,dev=v0,peer=pair:v0
refuse_storm 4 "there is no default route with a gateway" virtio-net,peer=gateway
ip link set v0 down
refuse_storm 4 "v0 is down: ip link set v0 up" virtio-net,dev=v0,peer=pair:v1
ip link set v0 up
ip link set v1 down
until [ "$(cat /sys/class/net/v0/carrier)" = 0 ]; do pause; done
refuse_storm 4 "v0 has no carrier" virtio-net,dev=v0,peer=pair:v1
up v0 v1
ip addr add 10.9.0.2/24 dev v1
refuse_storm 4 "v1 has the address 10.9.0.2, and would lose it" virtio-net,dev=v0,peer=pair:v1
ip addr flush dev v1
if command -v setpriv >/dev/null; then
  IRQSTORM_RUNNER="setpriv --bounding-set=-net_admin ${IRQSTORM_RUNNER:-}" \
    refuse_storm 4 "peer=pair:v1 moves v1 into a network namespace, and that takes CAP_NET_ADMIN" virtio-net,dev=v0,peer=pair:v1
else
  skip "a pair without CAP_NET_ADMIN is refused" "no setpriv"
fi

ip addr add 10.9.0.1/24 dev v0
t_run -w virtio-net,dev=v0,peer=10.9.0.9,timeout=100 -R 20 -d 500ms --warmup 0 -c $cpu -J -q
ok "a peer that never answers: exit 3, nothing is done, and the run ends in time" \
  eval 'exits 3 && json "$accounted and .totals.events == 0 and .totals.events_due == 10 and .elapsed_ns == 500000000"'
# asked: the kernel has looked for the peer, since a packet was for it
asked() { ip neigh show 10.9.0.9 dev v0 | grep -q .; }
ip neigh flush dev v0
"$IRQSTORM" -w virtio-net,dev=v0,peer=10.9.0.9,timeout=10 -d 1h --warmup 0 -c $cpu -q --save="$scratch/lost" >"$out" 2>"$err" </dev/null &
pid=$!
until_true asked
begun $pid 5
kill -TERM $pid
wait $pid
ok "as fast as it goes all is lost, in words" prints "of the events (100.0 %) never completed"
t_run show -J "$scratch/lost"
ok "and in JSON" json '.totals.events == 0 and .totals.lost > 0 and .totals.lost_share == 1'
ip link set v0 mtu 1000
t_run -w virtio-net,dev=v0,peer=10.9.0.9,size=1472 -R 20 -d 1h --warmup 0 -c $cpu -q
ok "a packet that does not fit the MTU ends the run" eval 'exits 1 && says "size=1472 does not fit the MTU of v0"'
ip link set v0 mtu 1500

# the other end in a namespace of its own, with the echo, and as a gateway
# it ends with the test, at the latest
coproc there { exec unshare -n sh -c 'ip link set lo up; echo ready; read -r end'; }
other=$there_PID
read -r -u "${there[0]}"
ip link set v1 netns $other
nsenter -t $other -n sh -c 'ip addr add 10.9.0.2/24 dev v1; ip link set v1 up'
up v0
nsenter -t $other -n "$IRQSTORM" reflect --bind 10.9.0.2 >"$scratch/reflect" 2>"$scratch/reflect.err" &
reflect=$!
pid=$reflect
until_true grep -q echoing "$scratch/reflect.err"
storm 10 virtio-net,dev=v0,peer=10.9.0.2,timeout=4000 -R 50 -c $cpu
answered=$(jq .totals.events "$out") sent=$(jq '.totals.events + .totals.lost' "$out")
kill -TERM $reflect
wait $reflect
# what came back too late was echoed, but is lost
ok "irqstorm reflect echoes each packet, and counts as many" eval 'read -r echoed rest <"$scratch/reflect" &&
  [ "$rest" = "packets echoed" ] && [ "$answered" -gt 0 ] && [ "$echoed" -ge "$answered" ] && [ "$echoed" -le "$sent" ]'
t_run -w virtio-net,dev=v0,peer=10.9.0.2,timeout=100 -R 20 -d 300ms --warmup 0 -c $cpu -J -q
ok "where nobody echoes nothing is done" eval 'exits 3 && json "$accounted and .totals.events == 0"'

ip route add default via 10.9.0.2
storm 10 virtio-net,peer=gateway,timeout=4000 -c $cpu
ok "the gateway is asked 100 times a second unless a rate is given, and answers" \
  json '.cpus[0].asked_hz == 100 and .plan.workloads[0].path == "v0" and .totals.events > 0'
refuse_storm 2 "would flood the gateway: --yes-flood" virtio-net,peer=gateway -R max
refuse_storm 2 "would flood the gateway: --yes-flood" virtio-net,peer=gateway,rate=2k
for rates in --sweep=500:2k:x2 --rate=2k,500 --rate=max,500 --find-max; do
  refuse 2 "would flood the gateway: --yes-flood" -w virtio-net,peer=gateway "$rates"
done
t_run -w virtio-net,peer=gateway --rate=500,1k --repeat 1 --block 20ms --settle 0 --warmup 100ms -c $cpu -J -q
ok "a sweep below that is no flood, and its warm-up has the first rate" \
  eval 'exits 0 && json ".warmup.elapsed_ns == 100000000 and .warmup.events <= 50"'
storm 50 virtio-net,peer=gateway,timeout=4000 -R max --yes-flood -c $cpu
ok "--yes-flood floods it" eval 'exits 130 && json ".totals.events > 10 and .cpus[0].asked_hz == null"'

# in mid-run: a worker has waited for some of its packets
in_mid_run() {
  "$IRQSTORM" -w virtio-net,dev=v0,peer=10.9.0.2,timeout=10 -R 100 -d 1h --warmup 0 -c $cpu -J -q >"$out" 2>"$err" </dev/null &
  pid=$!
  begun $pid 20
  "$@"
  wait $pid
  status=$?
}
in_mid_run ip link set v0 down
ok "a NIC that goes down in mid-run ends it with a sentence" eval 'exits 1 && one_sentence && says "v0" && says "down" && json .failed'
up v0
in_mid_run ip link del v0
ok "a NIC that goes away in mid-run ends it with a sentence" eval 'exits 1 && one_sentence && { says "v0 is gone" || says "v0 went down"; }'
t_done
