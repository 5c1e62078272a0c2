using OrleansHybrid.Domain.Steps;

namespace OrleansHybrid.Silo.Http;

/// <summary>What came in can't be taken; its refusal names the field and the rule.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public RefusedException(string message)
        : this(new Refusal(RefusalKind.Invalid, message))
    {
    }

    /// <summary>What to answer.</summary>
    public Refusal Refusal { get; } = refusal;

    /// <summary>A required field is missing.</summary>
    public static RefusedException Missing(string field) =>
        new(new Refusal(RefusalKind.Missing, $"{field} is required"));

    /// <summary>A limit of ours is reached.</summary>
    public static RefusedException Forbidden(string message) => new(new Refusal(RefusalKind.Forbidden, message));
}
