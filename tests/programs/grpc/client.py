"""A client of the kitchen at the address that is given; it prints "all is well" if it is."""

import os
import sys

import grpc

with grpc.insecure_channel(sys.argv[1]) as channel:
    cook = channel.unary_unary("/kitchen.Kitchen/Cook")
    for size in [0, 1, 1_000, 3_000_000]:
        sent = os.urandom(size)
        assert cook(sent) == sent, size
    at_once = [cook.future(bytes([n]) * n) for n in range(200)]
    for n, order in enumerate(at_once):
        assert order.result() == bytes([n]) * n

    courses = channel.stream_stream("/kitchen.Kitchen/Courses")
    orders = [os.urandom(n * 1_000) for n in range(100)]
    assert list(courses(iter(orders))) == orders

    for call, message, code, details in [
        (cook, b"poison", grpc.StatusCode.INVALID_ARGUMENT, "nobody eats that"),
        (
            channel.unary_unary("/kitchen.Kitchen/Burn"),
            b"toast",
            grpc.StatusCode.UNIMPLEMENTED,
            "the kitchen does not know how",
        ),
    ]:
        try:
            call(message)
        except grpc.RpcError as error:
            assert error.code() == code and error.details() == details, error
        else:
            raise AssertionError("it was cooked")

print("all is well")
