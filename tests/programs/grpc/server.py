"""A kitchen that prints its port."""

from concurrent.futures import ThreadPoolExecutor

import grpc


def cook(order, context):
    if order == b"poison":
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "nobody eats that")
    return order


def courses(orders, context):
    yield from orders


HANDLERS = {
    "/kitchen.Kitchen/Cook": grpc.unary_unary_rpc_method_handler(cook),
    "/kitchen.Kitchen/Courses": grpc.stream_stream_rpc_method_handler(courses),
}


class Kitchen(grpc.GenericRpcHandler):
    def service(self, details):
        return HANDLERS.get(details.method)


server = grpc.server(ThreadPoolExecutor(8))
server.add_generic_rpc_handlers((Kitchen(),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
server.wait_for_termination()
