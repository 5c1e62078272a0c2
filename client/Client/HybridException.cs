using System.Net;

namespace OrleansHybrid.Client;

/// <summary>A call that did not succeed: the server rejected it, or did not respond.</summary>
public sealed class HybridException : Exception
{
    /// <summary>Creates the exception for one failed call.</summary>
    public HybridException(string message, HttpStatusCode? status, string serverMessage, bool isTransient, Exception? innerException = null)
        : base(message, innerException)
    {
        Status = status;
        ServerMessage = serverMessage;
        IsTransient = isTransient;
    }

    /// <summary>The answer's status; null when there was none.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The server's message; empty when there is none.</summary>
    public string ServerMessage { get; }

    /// <summary>
    /// True when the same call may well succeed later. One that changes something may have done so all the same, when
    /// <see cref="Status"/> is null.
    /// </summary>
    public bool IsTransient { get; }

    /// <summary>How long the server asks to wait before the next try.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
