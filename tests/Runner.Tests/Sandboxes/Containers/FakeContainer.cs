using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>The life of one container in a fake engine, which runs until a test says how it ends.</summary>
internal sealed class FakeContainer
{
    /// <param name="fake">The engine.</param>
    /// <param name="otherwise">Changes the engine's answers about this container, whose name it is given.</param>
    public FakeContainer(FakeDockerEngine fake, Action<string>? otherwise = null)
    {
        fake.On("POST /containers/create", async context =>
        {
            Spec = await FakeDockerEngine.BodyAsync(context);
            Name = context.Request.Query["name"]!;
            RegisterCalls(fake);
            otherwise?.Invoke(Name);
            await FakeDockerEngine.JsonAsync(context, new { Id = "c0ffee", Warnings = Array.Empty<string>() }, 201);
        });
    }

    public string Name { get; private set; } = "";

    /// <summary>The request that created it.</summary>
    public JsonNode? Spec { get; private set; }

    /// <summary>Its output on stdout.</summary>
    public string Output { get; init; } = "";

    public bool OutOfMemory { get; init; }

    /// <summary>Its exit code, once it has ended.</summary>
    public TaskCompletionSource<int> Exit { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static byte[] Frame(string text)
    {
        var frame = new byte[8 + Encoding.UTF8.GetByteCount(text)];
        frame[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), frame.Length - 8);
        Encoding.UTF8.GetBytes(text, frame.AsSpan(8));
        return frame;
    }

    private void RegisterCalls(FakeDockerEngine fake)
    {
        var path = $"/containers/{Name}";
        fake.On($"PUT {path}/archive", async context => await context.Request.Body.CopyToAsync(Stream.Null));
        fake.OnNoContent($"POST {path}/start");
        fake.OnNoContent($"DELETE {path}");
        fake.OnAttach(Name, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(Frame(Output), cancellationToken);
            await Exit.Task.WaitAsync(cancellationToken);
        });
        fake.On($"POST {path}/wait", async context =>
        {
            // Engines send the head at once, and what they wait for later.
            await context.Response.Body.FlushAsync();
            var exitCode = await Exit.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync($$"""{"StatusCode":{{exitCode}}}""");
        });
        fake.On($"POST {path}/kill", context =>
        {
            Exit.TrySetResult(context.Request.Query["signal"] == "SIGKILL" ? 137 : 143);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        fake.On($"GET {path}/json", context => FakeDockerEngine.JsonAsync(context, new
        {
            State = new { Running = !Exit.Task.IsCompleted, ExitCode = 0, OOMKilled = OutOfMemory },
        }));
    }
}
