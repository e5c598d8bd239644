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
ip link set lo up

begin_veth() {
  ip link add v0 type veth peer name v1
  ip link set v0 up
  ip link set v1 up
}
# home: both are in this namespace, up, and without an IPv4 address
home() { [ "$(ip -4 -o addr show | grep -c ' v[01]')" = 0 ] && [ "$(ip -o link show up | grep -cE ' v[01]@')" = 2 ]; }

begin_veth
t_run -w virtio-net,dev=v0,peer=pair:v1 -R 100 -d 300ms --warmup 50ms -J -q
ok "a storm on a pair is answered, or says that it was not" \
  eval 'json ".totals.lost == 0 and .totals.events > 0" && if json .totals.rate_held; then exits 0; else exits 3; fi'
ok "workload and peer are in the result" \
  json '.plan.workloads[0] | .name == "virtio-net" and .path == "v0" and .peer == "pair:v1" and .device == null'
ok "after it both devices are where and as they were" home
t_run -w virtio-net,dev=v0,peer=pair:v1,depth=4,size=1000,timeout=4000 -d 200ms --warmup 0 -J -q
ok "several large packets in flight as fast as it goes" eval 'exits 0 && json ".totals.events > 4 and .totals.lost == 0"'

"$IRQSTORM" -w virtio-net,dev=v0,peer=pair:v1 -R 100 -d 60s --warmup 0 -J -q >"$out" 2>"$err" &
pid=$!
sleep 1
ok "in the run the other end is in another namespace" eval '! ip link show v1'
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
refuse_storm 4 "v0 has no carrier" virtio-net,dev=v0,peer=pair:v1
ip link set v1 up
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
t_run -w virtio-net,dev=v0,peer=10.9.0.9,timeout=100 -R 20 -d 500ms --warmup 0 -c 0 -J -q
ok "a peer that never answers: exit 3, all is lost, and the run ends in time" \
  eval 'exits 3 && json ".totals.events == 0 and .totals.lost > 0 and .totals.lost_share == 1 and .elapsed_ns < 3000000000"'
t_run -w virtio-net,dev=v0,peer=10.9.0.9,timeout=100 -d 500ms --warmup 0 -c 0 -q
ok "the same as fast as it goes, in words" eval 'exits 3 && prints "of the events (100.0 %) never completed"'
ip link set v0 mtu 1000
t_run -w virtio-net,dev=v0,peer=10.9.0.9,size=1472 -R 20 -d 200ms --warmup 0 -c 0 -q
ok "a packet that does not fit the MTU ends the run" eval 'exits 1 && says "size=1472 does not fit the MTU of v0"'
ip link set v0 mtu 1500

# the other end in a namespace of its own, with the echo, and as a gateway
unshare -n sh -c 'ip link set lo up; exec sleep 60' &
other=$!
until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link set v1 netns $other
nsenter -t $other -n sh -c 'ip addr add 10.9.0.2/24 dev v1; ip link set v1 up'
nsenter -t $other -n "$IRQSTORM" reflect --bind 10.9.0.2 >"$scratch/reflect" 2>"$scratch/reflect.err" &
reflect=$!
until grep -q echoing "$scratch/reflect.err" || ! kill -0 $reflect; do sleep 0.1; done
t_run -w virtio-net,dev=v0,peer=10.9.0.2 -R 50 -d 200ms --warmup 0 -c 0 -J -q
answered=$(jq .totals.events "$out")
kill -TERM "$(pgrep -P $reflect || echo $reflect)"
wait $reflect
ok "irqstorm reflect echoes each packet, and counts as many" [ "$(cat "$scratch/reflect")" = "$answered packets echoed" ]
t_run -w virtio-net,dev=v0,peer=10.9.0.2,timeout=100 -R 20 -d 300ms --warmup 0 -c 0 -J -q
ok "where nobody echoes all is lost" eval 'exits 3 && json ".totals.lost_share == 1"'

ip route add default via 10.9.0.2
t_run -w virtio-net,peer=gateway -d 300ms --warmup 0 -c 0 -J -q
ok "the gateway is asked 100 times a second unless a rate is given, and answers" \
  json '.cpus[0].asked_hz == 100 and .plan.workloads[0].path == "v0" and .totals.events > 0 and .totals.lost == 0'
refuse_storm 2 "would flood the gateway: --yes-flood" virtio-net,peer=gateway -R max
refuse_storm 2 "would flood the gateway: --yes-flood" virtio-net,peer=gateway,rate=2k
for rates in --sweep=500:2k:x2 --rate=2k,500 --rate=max,500 --find-max; do
  refuse 2 "would flood the gateway: --yes-flood" -w virtio-net,peer=gateway "$rates"
done
t_run -w virtio-net,peer=gateway --rate=500,1k --repeat 1 --block 20ms --settle 0 --warmup 100ms -c 0 -J -q
ok "a sweep below that is no flood, and its warm-up has the first rate" \
  eval 'exits 0 && json ".warmup.events > 10 and .warmup.events <= 50"'
t_run -w virtio-net,peer=gateway -R max --yes-flood -d 100ms --warmup 0 -c 0 -J -q
ok "--yes-flood floods it" eval 'exits 0 && json ".totals.events > 10"'

(sleep 0.5; ip link set v0 down) &
t_run -w virtio-net,dev=v0,peer=10.9.0.2,timeout=100 -R 100 -d 20s --warmup 0 -c 0 -J -q
ok "a NIC that goes down in mid-run ends it with a sentence" eval 'exits 1 && one_sentence && says "v0" && says "down" && json .failed'
ip link set v0 up
(sleep 0.5; ip link del v0) &
t_run -w virtio-net,dev=v0,peer=10.9.0.2,timeout=100 -R 100 -d 20s --warmup 0 -c 0 -J -q
ok "a NIC that goes away in mid-run ends it with a sentence" eval 'exits 1 && one_sentence && says "v0 is gone"'
kill $other
t_done
