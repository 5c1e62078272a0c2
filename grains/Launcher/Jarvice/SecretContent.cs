using System.Net;
using System.Net.Http.Headers;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>A request's body with the key in it: written straight from its bytes, and overwritten with the request's end.</summary>
internal sealed class SecretContent : HttpContent
{
    private readonly SecretWriter _body;

    public SecretContent(SecretWriter body, string mediaType)
    {
        _body = body;
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_body.WrittenMemory, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _body.Dispose();
        base.Dispose(disposing);
    }
}
