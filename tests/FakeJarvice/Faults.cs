namespace OrleansHybrid.Fakes;

/// <summary>The faults of one call.</summary>
public sealed record Fault
{
    private Fault(FaultKind kind) => Kind = kind;

    /// <summary>The connection ends before anything is done.</summary>
    public static Fault ResetBefore { get; } = new(FaultKind.ResetBefore);

    /// <summary>All is done, and then the connection ends.</summary>
    public static Fault ResetAfter { get; } = new(FaultKind.ResetAfter);

    /// <summary>All is done, and then the answer is 500.</summary>
    public static Fault FailsAfter { get; } = new(FaultKind.FailsAfter);

    /// <summary>The overload guard answers.</summary>
    public static Fault Busy { get; } = Responds(503, "application/json", "{\n    \"error\": \"Too many requests\"\n}\n");

    /// <summary>The image is in use.</summary>
    public static Fault OneAtATime { get; } = Responds(429, "application/json", "{\n    \"error\": \"Only one active job\"\n}\n");

    /// <summary>All is done, and half of the answer is sent, as if it were all.</summary>
    public static Fault Truncated { get; } = new(FaultKind.Truncated);

    /// <summary>Some proxy's page.</summary>
    public static Fault Html { get; } = Responds(200, "text/html", "<html><body>Sign in</body></html>");

    /// <summary>All is done, and the answer has another type.</summary>
    public static Fault WrongType { get; } = new(FaultKind.WrongType);

    /// <summary>Fifty megabytes of the type that was promised.</summary>
    public static Fault Huge { get; } = new(FaultKind.Huge);

    /// <summary>The answer is the request's body, key and all, as an error.</summary>
    public static Fault Echo { get; } = new(FaultKind.Echo);

    /// <summary>Numbers are sent as strings.</summary>
    public static Fault StringNumbers { get; } = new(FaultKind.StringNumbers);

    /// <summary>Only the first key of each entry is sent.</summary>
    public static Fault MissingKeys { get; } = new(FaultKind.MissingKeys);

    /// <summary>Keys that nobody knows are sent, the submission with the key among them.</summary>
    public static Fault ExtraKeys { get; } = new(FaultKind.ExtraKeys);

    /// <summary>Jobs are missing from their list.</summary>
    public static Fault Vanishes { get; } = new(FaultKind.Vanishes);

    internal FaultKind Kind { get; }

    internal int Status { get; private init; }

    internal string ContentType { get; private init; } = "";

    internal string Text { get; private init; } = "";

    internal TimeSpan Duration { get; private init; }

    internal Task Signal { get; private init; } = Task.CompletedTask;

    /// <summary>Something else altogether is answered, and nothing done.</summary>
    public static Fault Responds(int status, string contentType, string body) =>
        new(FaultKind.Responds) { Status = status, ContentType = contentType, Text = body };

    /// <summary>The answer waits for a signal.</summary>
    public static Fault Delayed(Task signal) => new(FaultKind.Delayed) { Signal = signal };

    /// <summary>The answer is a redirect, which keeps method and body.</summary>
    public static Fault Redirect(Uri target) => new(FaultKind.Redirect) { Text = target.AbsoluteUri };

    /// <summary>Every job shown has this state.</summary>
    public static Fault UnknownStatus(string literal) => new(FaultKind.UnknownStatus) { Text = literal };

    /// <summary>The server's idea of the time is off in what it shows.</summary>
    public static Fault ClockSkew(TimeSpan by) => new(FaultKind.ClockSkew) { Duration = by };
}

internal enum FaultKind
{
    Responds, Delayed, ResetBefore, ResetAfter, FailsAfter, Truncated, WrongType, Huge, Redirect, Echo,
    UnknownStatus, StringNumbers, MissingKeys, ExtraKeys, Vanishes, ClockSkew,
}

/// <summary>Which calls go wrong, how, and how often.</summary>
public sealed class Faults
{
    private readonly Lock _lock = new();
    private readonly List<(string Call, Fault Fault, int Left)> _planned = [];

    /// <summary>Lets the next calls of this path (its last part, <c>submit</c>) go wrong; those planned first come first.</summary>
    public void Plan(string call, Fault fault, int times = 1)
    {
        lock (_lock)
        {
            _planned.Add((call, fault, times));
        }
    }

    /// <summary>Everything goes well from now on.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _planned.Clear();
        }
    }

    internal Fault? Next(string call)
    {
        lock (_lock)
        {
            var at = _planned.FindIndex(plan => plan.Call == call);
            if (at < 0)
            {
                return null;
            }

            var (_, fault, left) = _planned[at];
            if (left > 1)
            {
                _planned[at] = (call, fault, left - 1);
            }
            else
            {
                _planned.RemoveAt(at);
            }

            return fault;
        }
    }
}
